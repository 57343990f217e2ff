import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { asyncFailureText } from '../../../support/failure-text.ts'
import { handleDouble, record, success } from '../../../support/results.ts'

let at = 0
beforeEach(() => {
  at = Date.now()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A record of now, on another instance or invocation if asked. */
const line = (message: string, options: { instance?: string; requestId?: string; before?: number } = {}) => {
  const { before = 0, ...rest } = options
  return { ...record(message, rest), timestamp: new Date(Date.now() - before) }
}
/** Times differ from run to run. */
const steady = (text: string): string =>
  text.replace(/[\d,.]+ ms( later| ago|$|\n)/g, 'N ms$1').replace(/after [\d,.]+ ms/, 'after N ms')

test('passes for past records', async () => {
  const orders = handleDouble()
  orders.log(line('order shipped'))
  await expect(orders).toEventuallyLog('shipped')
  await expect(orders).toEventuallyLog({ level: 'INFO', message: /shipped$/ })
  expect(orders.followers).toBe(0)
})
test('passes as soon as a record matches', async () => {
  const orders = handleDouble()
  setTimeout(() => orders.log(line('no'), line('order shipped')), 20)
  await expect(orders).toEventuallyLog(/shipped/, { timeout: 60_000 })
})
test('sees a record that comes while it starts', async () => {
  const orders = handleDouble()
  const waiting = expect(orders).toEventuallyLog('shipped')
  orders.log(line('shipped'))
  await waiting
})
test('fails at the timeout', async () => {
  const orders = handleDouble('busy', [line('shipped before the test', { before: 60_000 })])
  orders.log(line('accepted'))
  expect(await asyncFailureText(expect(orders).toEventuallyLog('delivered', { timeout: 30 }))).toMatchInlineSnapshot(`
    "expect(orders).toEventuallyLog("delivered", { timeout: 30 })

    Expected orders to log "delivered" within 30 ms, but no record since this test began matched. It is still running.

    Function   orders (0c1d2e3f4a5b busy)
    Log (1 line):
      INFO  accepted"
  `)
  expect(orders.followers).toBe(0)
})
test('fails early when the function ends', async () => {
  const orders = handleDouble()
  setTimeout(() => orders.end(), 10)
  const text = await asyncFailureText(expect(orders).toEventuallyLog('shipped', { timeout: 60_000 }))
  expect(steady(text)).toMatchInlineSnapshot(`
    "expect(orders).toEventuallyLog("shipped", { timeout: 60000 })

    Expected orders to log "shipped" within 60,000 ms, but no record since this test began matched. The function ended after N ms.

    Function   orders (no instance)
    Log: empty"
  `)
})
test("leaves out another test's records", async () => {
  const orders = handleDouble('idle', [line('shipped', { before: 60_000 })])
  const text = await asyncFailureText(expect(orders).toEventuallyLog('shipped', { timeout: 10 }))
  expect(text).toMatchInlineSnapshot(`
    "expect(orders).toEventuallyLog("shipped", { timeout: 10 })

    Expected orders to log "shipped" within 10 ms, but no record since this test began matched. 1 matching record was logged earlier or by another instance (use since: 'launch' on the function to include it).

    Function   orders (0c1d2e3f4a5b idle)
    Log: empty"
  `)
  await expect(orders).toEventuallyLog('shipped', { since: 'launch' })
  await expect(orders).toEventuallyLog('shipped', { since: new Date(at - 120_000) })
  await expect(orders).not.toEventuallyLog('shipped', { since: new Date(at - 30_000), timeout: 10 })
})
test('says that the instance is frozen', async () => {
  const orders = handleDouble('frozen')
  orders.log({ ...line('REPORT RequestId: x'), source: 'platform' })
  expect(steady(await asyncFailureText(expect(orders).toEventuallyLog(/shipped/, { timeout: 10 })))).toMatchInlineSnapshot(`
    "expect(orders).toEventuallyLog(/shipped/, { timeout: 10 })

    Expected orders to log /shipped/ within 10 ms, but no record since this test began matched. Its instance has been frozen since it answered N ms ago. As on AWS, unfinished work continues only with the next invocation, so await it in the handler.

    Function   orders (0c1d2e3f4a5b frozen)
    Log (1 line):
      REPORT RequestId: x"
  `)
})
test('says that the instance is idle', async () => {
  const orders = handleDouble('idle')
  orders.log({ ...line('REPORT RequestId: x'), source: 'platform' })
  expect(steady(await asyncFailureText(expect(orders).toEventuallyLog(/shipped/, { timeout: 10 })))).toContain(
    'It has been idle since it answered N ms ago.',
  )
})
test('ignores lines of the platform', async () => {
  const orders = handleDouble()
  orders.log({ ...line('REPORT RequestId: x'), source: 'platform' })
  await expect(orders).not.toEventuallyLog('REPORT', { timeout: 10 })
})
test('.not waits for the whole timeout and fails at the first match', async () => {
  const orders = handleDouble()
  const began = performance.now()
  await expect(orders).not.toEventuallyLog('shipped', { timeout: 60 })
  expect(performance.now() - began).toBeGreaterThan(55)
  setTimeout(() => orders.log(line('order shipped')), 10)
  const text = await asyncFailureText(expect(orders).not.toEventuallyLog('shipped', { timeout: 60_000 }))
  expect(text).toMatchInlineSnapshot(`
    "expect(orders).not.toEventuallyLog("shipped", { timeout: 60000 })

    Expected orders not to log "shipped" within 60,000 ms, but it logged "INFO  order shipped"

    Function   orders (0c1d2e3f4a5b idle)
    Log (1 line):
    > INFO  order shipped"
  `)
  expect(orders.followers).toBe(0)
})
test('waits 2 s by default, with .not 250 ms', async () => {
  const orders = handleDouble()
  orders.log(line('shipped'))
  expect(await asyncFailureText(expect(orders).not.toEventuallyLog('shipped'))).toContain('within 250 ms')
  orders.end()
  expect(await asyncFailureText(expect(orders).toEventuallyLog('delivered'))).toContain('within 2,000 ms')
})
test('.not passes when the function ends', async () => {
  const orders = handleDouble()
  setTimeout(() => orders.end(), 10)
  await expect(orders).not.toEventuallyLog('shipped', { timeout: 60_000 })
})
test('works under fake timers', async () => {
  vi.useFakeTimers()
  const orders = handleDouble()
  await expect(orders).not.toEventuallyLog('shipped', { timeout: 10 })
})

test('for a result searches its instance since the invocation began', async () => {
  const orders = handleDouble()
  const result = success(1, { source: orders })
  orders.log(line('shipped', { requestId: 'an earlier one' }), ...result.logs, line('shipped', { instance: 'another' }))
  const text = await asyncFailureText(expect(result).toEventuallyLog('shipped', { timeout: 10 }))
  expect(text).toMatchInlineSnapshot(`
    "expect(orders).toEventuallyLog("shipped", { timeout: 10 })

    Expected orders to log "shipped" within 10 ms, but no record since that invocation began matched. 2 matching records were logged earlier or by another instance (use since: 'launch' on the function to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
  await expect(result).not.toEventuallyLog('shipped', { timeout: 10 })
  setTimeout(() => orders.log(line('shipped', { requestId: 'a later one' })), 10)
  await expect(result).toEventuallyLog('shipped')
  await expect(result).toEventuallyLog('received')
})
test('for a result takes an earlier start', async () => {
  const orders = handleDouble()
  const result = success(1, { source: orders })
  orders.log(line('shipped', { requestId: 'an earlier one' }), line('other', { instance: 'another' }), ...result.logs)
  await expect(result).toEventuallyLog('shipped', { since: 'launch' })
  await expect(result).not.toEventuallyLog('other', { since: 'launch', timeout: 10 })
})

test('explains wrong input, also with .not', async () => {
  expect(await asyncFailureText(expect(Promise.resolve()).toEventuallyLog('x'))).toMatchInlineSnapshot(
    `"toEventuallyLog needs a function or the result of an invocation, but received a Promise: did you forget "await" before orders.invoke(…)?"`,
  )
  expect(await asyncFailureText(expect({ total: 84 }).not.toEventuallyLog('x'))).toMatchInlineSnapshot(
    `"toEventuallyLog needs a function or the result of an invocation, but received the payload itself: use orders.invoke(…) instead of orders(…)"`,
  )
  expect(await asyncFailureText(expect(undefined).not.toEventuallyLog('x'))).toMatchInlineSnapshot(
    `"toEventuallyLog needs a function or the result of an invocation, but received undefined: does the awaited call return the result of .invoke(…)?"`,
  )
  expect(await asyncFailureText(expect(success(1)).not.toEventuallyLog('x'))).toMatchInlineSnapshot(
    `"toEventuallyLog needs a result of .invoke(…), but received one that was made in another way and has no log to follow"`,
  )
})
test('refuses wrong options, also with .not', async () => {
  const orders = handleDouble()
  expect(await asyncFailureText(expect(orders).toEventuallyLog('x', { timeout: '5s' as never }))).toMatchInlineSnapshot(
    `"toEventuallyLog needs a timeout in ms, but received "5s""`,
  )
  expect(await asyncFailureText(expect(orders).not.toEventuallyLog('x', { since: 'yesterday' as never }))).toMatchInlineSnapshot(
    `"toEventuallyLog needs since: 'test', 'launch' or a Date, but received "yesterday""`,
  )
  expect(await asyncFailureText(expect(orders).not.toEventuallyLog(''))).toContain('needs a part of the message')
})
