import { expect, test } from 'vitest'
import type { LogRecord } from '../../../../src/model/log-record.ts'
import { failureText } from '../../../support/failure-text.ts'
import { jsonRecord, record, success } from '../../../support/results.ts'

const logs = [
  record('order a1 accepted'),
  record('order a2 accepted', { level: 'WARN' }),
  jsonRecord({ level: 'INFO', order: { id: 'a1', lines: [{ sku: 'x', qty: 1 }] } }),
  jsonRecord({ level: 'INFO', message: { event: 'charged', amount: 84 } }),
]
const result = success(1, { logs })

test('passes for a part of the message, a RegExp, an asymmetric matcher', () => {
  expect(result).toHaveLogged('a1 accepted')
  expect(result).toHaveLogged(/a\d accepted$/)
  expect(result).toHaveLogged(expect.stringContaining('a1'))
})
test('passes for a part of a JSON line, also nested', () => {
  expect(result).toHaveLogged({ order: { id: 'a1' } })
  expect(result).toHaveLogged({ level: 'INFO', order: { lines: [{ sku: /x/ }] } })
  expect(result).toHaveLogged({ order: expect.objectContaining({ id: 'a1' }) })
})
test('passes for a part of the message of a JSON line', () => {
  expect(result).toHaveLogged({ event: 'charged', amount: expect.any(Number) })
  expect(result).toHaveLogged({ level: 'INFO', message: { amount: 84 } })
  const text = success(1, { logs: [jsonRecord({ level: 'INFO', message: '{"event":"charged"}' })] })
  expect(text).toHaveLogged({ level: 'INFO', event: 'charged' })
})
test('level, requestId and message match text lines too', () => {
  expect(result).toHaveLogged({ level: 'WARN', message: /a2/, requestId: result.requestId })
  expect(result).not.toHaveLogged({ level: 'ERROR', message: /a2/ })
})
test("Lambda's level wins over a logger's number", () => {
  const pino = success(1, { logs: [jsonRecord({ level: 30, msg: 'x' }, { level: 'INFO' })] })
  expect(pino).toHaveLogged({ level: 'INFO', msg: 'x' })
  expect(pino).toHaveLogged({ level: 30 })
})
test('a global RegExp matches twice', () => {
  expect(result).toHaveLogged(/accepted/g, { times: 2 })
})
test('counts records', () => {
  expect(result).toHaveLogged('accepted', { times: 2 })
  expect(result).not.toHaveLogged('accepted', { times: 1 })
  expect(result).toHaveLogged('declined', { times: 0 })
  expect(result).not.toHaveLogged('accepted', { times: 0 })
})
test('compares the level', () => {
  expect(result).toHaveLogged('accepted', { level: 'WARN', times: 1 })
  expect(result).not.toHaveLogged('a1', { level: 'WARN' })
})
test('searches the lines of the platform only with platform: true', () => {
  expect(result).not.toHaveLogged('REPORT')
  expect(result).toHaveLogged('REPORT', { platform: true })
})
test('takes an array of records', () => {
  expect(logs).toHaveLogged('a1 accepted')
  expect([] as LogRecord[]).not.toHaveLogged('a1')
})
test('works asymmetrically', () => {
  expect([result, logs]).toEqual([expect.toHaveLogged('a1', { times: 2 }), expect.not.toHaveLogged('declined')])
})

test('says that nothing matched', () => {
  expect(failureText(() => expect(result).toHaveLogged('shipped'))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged("shipped")

    Expected orders to log "shipped", but none of 4 records matched

    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows how the closest record differs', () => {
  expect(failureText(() => expect(result).toHaveLogged({ level: 'INFO', order: { id: 'a2' } }))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged({ level: "INFO", order: { id: "a2" } })

    Expected orders to log { level: "INFO", order: { id: "a2" } }, but none of 4 records matched

    The closest record differs:
      order  - { id: "a2" }  + undefined
    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows that a message is longer than the expected one', () => {
  expect(failureText(() => expect(result).toHaveLogged({ message: 'a2 accepted' }))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged({ message: "a2 accepted" })

    Expected orders to log { message: "a2 accepted" }, but none of 4 records matched

    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows how many records matched when none should', () => {
  expect(failureText(() => expect(result).toHaveLogged('accepted', { times: 0 }))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged("accepted", { times: 0 })

    Expected orders to log "accepted" 0 times, but 2 of 4 records matched: "INFO  order a1 accepted", 1 more

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  order a1 accepted
    > WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows no closest record if none has any of the values', () => {
  expect(failureText(() => expect(result).toHaveLogged({ user: 'u1', tenant: 't1' }))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged({ user: "u1", tenant: "t1" })

    Expected orders to log { user: "u1", tenant: "t1" }, but none of 4 records matched

    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that only the case differs', () => {
  expect(failureText(() => expect(result).toHaveLogged('Order A1'))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged("Order A1")

    Expected orders to log "Order A1", but none of 4 records matched

    One record differs only in upper and lower case.
    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the level differs', () => {
  expect(failureText(() => expect(result).toHaveLogged('a1 accepted', { level: 'ERROR' }))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged("a1 accepted", { level: "ERROR" })

    Expected orders to log "a1 accepted" at ERROR, but none of 4 records matched

    A record matches but for its level, which is INFO.
    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that a line of the platform matches', () => {
  expect(failureText(() => expect(result).toHaveLogged(/^REPORT/))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged(/^REPORT/)

    Expected orders to log /^REPORT/, but none of 4 records matched

    1 platform line matches (use platform: true to include it).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says how many records matched', () => {
  expect(failureText(() => expect(result).toHaveLogged('accepted', { times: 3 }))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged("accepted", { times: 3 })

    Expected orders to log "accepted" 3 times, but 2 of 4 records matched: "INFO  order a1 accepted", 1 more

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  order a1 accepted
    > WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the log is empty', () => {
  expect(failureText(() => expect(success(1, { logs: [] })).toHaveLogged('x', { platform: false }))).toMatchInlineSnapshot(`
    "expect(result).toHaveLogged("x", { platform: false })

    Expected orders to log "x", but there are no records

    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (3 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not marks the record', () => {
  expect(failureText(() => expect(result).not.toHaveLogged('a1'))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveLogged("a1")

    Expected orders not to log "a1", but 2 of 4 records matched: "INFO  order a1 accepted", 1 more

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  order a1 accepted
      WARN  order a2 accepted
    > INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not and times says how many records matched', () => {
  expect(failureText(() => expect(result).not.toHaveLogged('accepted', { times: 2 }))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveLogged("accepted", { times: 2 })

    Expected orders not to log "accepted" 2 times, but 2 of 4 records matched: "INFO  order a1 accepted", 1 more

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  order a1 accepted
    > WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not and zero times says that nothing matched', () => {
  expect(failureText(() => expect(result).not.toHaveLogged('declined', { times: 0 }))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveLogged("declined", { times: 0 })

    Expected orders not to log "declined" 0 times, but none of 4 records matched

    3 platform lines such as START and REPORT were not searched (use platform: true to include them).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('names an array of records', () => {
  expect(failureText(() => expect(logs).toHaveLogged('shipped'))).toMatchInlineSnapshot(`
    "expect(records).toHaveLogged("shipped")

    Expected the log to contain "shipped", but none of 4 records matched

    Log (4 lines):
      INFO  order a1 accepted
      WARN  order a2 accepted
      INFO  {"level":"INFO","order":{"id":"a1","lines":[{"sku":"x","qty":1}]}}
      INFO  {"level":"INFO","message":{"event":"charged","amount":84}}"
  `)
})
test('refuses patterns that would match everything or nothing, also with .not', () => {
  for (const pattern of ['', {}, undefined, 5, [], null]) {
    expect(failureText(() => expect(result).toHaveLogged(pattern as never))).toContain('toHaveLogged needs a part of the message')
    expect(failureText(() => expect(result).not.toHaveLogged(pattern as never))).toContain(
      'toHaveLogged needs a part of the message',
    )
  }
  expect(failureText(() => expect(result).toHaveLogged('x', { times: -1 }))).toMatchInlineSnapshot(
    `"toHaveLogged needs a whole number of times, but received -1"`,
  )
})
test.each([
  ['a Promise', Promise.resolve()],
  ['the payload itself', { total: 84 }],
  ['undefined', undefined],
])('explains %s, also with .not', (what, received) => {
  expect(failureText(() => expect(received).toHaveLogged('x'))).toContain(`or an array of log records, but received ${what}`)
  expect(failureText(() => expect(received).not.toHaveLogged('x'))).toContain(`or an array of log records, but received ${what}`)
})
