import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success, timeout } from '../../../support/results.ts'

test('passes', () => {
  expect(timeout()).toHaveTimedOut()
  expect(success(1)).not.toHaveTimedOut()
  expect(failure()).not.toHaveTimedOut()
})
test('works asymmetrically', () => {
  expect([timeout(), success(1)]).toEqual([expect.toHaveTimedOut(), expect.not.toHaveTimedOut()])
})
explainsMistakes('toHaveTimedOut')

test('says that it returned', () => {
  expect(failureText(() => expect(success(1)).toHaveTimedOut())).toMatchInlineSnapshot(`
    "expect(result).toHaveTimedOut()

    Expected orders to time out, but it returned after 38 ms

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that it failed in another way', () => {
  expect(failureText(() => expect(failure()).toHaveTimedOut())).toMatchInlineSnapshot(`
    "expect(result).toHaveTimedOut()

    Expected orders to time out, but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not says what it waited for', () => {
  expect(failureText(() => expect(timeout()).not.toHaveTimedOut())).toMatchInlineSnapshot(`
    "expect(result).not.toHaveTimedOut()

    Expected orders not to time out, but it timed out after 3.00 s. The last line of its log, 2.91 s before the timeout, is "INFO  calling payments". Raise timeout (seconds), or find out what that call waits for.

    Function   orders (process 0c1d2e3f4a5b, cold, 3,000 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  calling payments
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 3000.00 ms"
  `)
})
