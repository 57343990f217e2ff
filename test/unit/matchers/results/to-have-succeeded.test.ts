import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, jsonRecord, record, success, timeout } from '../../../support/results.ts'

const failed = failure({
  logs: [record('received {"qty":0}'), record('ValidationError: qty must be > 0', { level: 'ERROR' })],
  calledAt: 'orders.test.ts:9:22',
})

test('passes', () => {
  expect(success({ total: 84 })).toHaveSucceeded()
  expect(failed).not.toHaveSucceeded()
})
test('works asymmetrically', () => {
  expect([success(1), failed]).toEqual([expect.toHaveSucceeded(), expect.not.toHaveSucceeded()])
  expect([failed]).not.toEqual([expect.toHaveSucceeded()])
})
test('works with resolves', async () => {
  await expect(Promise.resolve(success(1))).resolves.toHaveSucceeded()
})
explainsMistakes('toHaveSucceeded')

test('says what the function threw, where, and what it logged', () => {
  expect(failureText(() => expect(failed).toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)
      · called at orders.test.ts:9:22

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (5 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
    > ERROR ValidationError: qty must be > 0
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not says what it returned', () => {
  expect(failureText(() => expect(success({ total: 84 }, { coldStart: false })).not.toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).not.toHaveSucceeded()

    Expected orders not to succeed, but it returned { total: 84 }

    Function   orders (process 0c1d2e3f4a5b, warm, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows the last line before a timeout, and what to do', () => {
  expect(failureText(() => expect(timeout()).toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it timed out after 3.00 s. The last line of its log, 2.91 s before the timeout, is "INFO  calling payments". Raise timeout (seconds), or find out what that call waits for.

    Function   orders (process 0c1d2e3f4a5b, cold, 3,000 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  calling payments
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 3000.00 ms"
  `)
})
test('says that it logged nothing before a timeout', () => {
  expect(failureText(() => expect(timeout({ logs: [] })).toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it timed out after 3.00 s. It logged nothing. Raise timeout (seconds), or find out what it waits for.

    Function   orders (process 0c1d2e3f4a5b, cold, 3,000 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (3 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 3000.00 ms"
  `)
})
test('says that the runtime ended', () => {
  const exited = failure({
    reason: 'exit',
    errorType: 'Runtime.ExitError',
    errorMessage: 'RequestId: x Error: Runtime exited with error: exit status 1',
  })
  expect(failureText(() => expect(exited).toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it exited before the handler returned: Runtime.ExitError: RequestId: x Error: Runtime exited with error: exit status 1

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the module could not be loaded', () => {
  const init = failure({ reason: 'init', errorType: 'Runtime.ImportModuleError', errorMessage: "Error: Cannot find module 'pg'" })
  expect(failureText(() => expect(init).toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it failed while its code was loaded, before the handler ran: Runtime.ImportModuleError: Error: Cannot find module 'pg'

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that memory ran out', () => {
  const full = failure({
    reason: 'outOfMemory',
    errorType: 'Runtime.ExitError',
    errorMessage: 'Runtime exited with error: signal: killed',
    report: { maxMemoryUsedMb: 130 },
  })
  expect(failureText(() => expect(full).toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it failed with Runtime.ExitError: Runtime exited with error: signal: killed. It ran out of memory: memorySize is 128 MB, its peak was 130 MB. Raise memorySize (MB), or find out what it keeps in memory.

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the response was too large', () => {
  const errorMessage = 'Response payload size exceeded maximum allowed payload size (6291556 bytes).'
  const large = failure({ reason: 'responseTooLarge', errorType: 'Function.ResponseSizeTooLarge', errorMessage })
  expect(failureText(() => expect(large).toHaveSucceeded())).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it returned more than Lambda allows: Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size (6291556 bytes).

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test.each([
  [['    at response.order.total (a BigInt)'], 'Unable to stringify response body: response.order.total (a BigInt)'],
  [[], 'Unable to stringify response body: it contains a BigInt, a circular reference or another value without a JSON form'],
])('says which part of a response has no JSON form', (stackTrace, sentence) => {
  const errorMessage = 'Unable to stringify response body'
  const unwritable = failure({ errorType: 'Runtime.JSONStringifyError', errorMessage, stackTrace })
  const [, , text] = failureText(() => expect(unwritable).toHaveSucceeded()).split('\n')
  expect(text).toBe(`Expected orders to succeed, but it failed with Runtime.JSONStringifyError: ${sentence}`)
  expect(failureText(() => expect(unwritable).toHaveSucceeded()).split('\n')[3]).toBe('')
})
test('shows no ANSI codes of the log', () => {
  const coloured = failure({ logs: [record('\u001b[31mred\u001b[39m'), jsonRecord({ level: 'WARN', message: 'json' })] })
  expect(failureText(() => expect(coloured).toHaveSucceeded())).toContain('  INFO  red\n  WARN  json\n')
})
