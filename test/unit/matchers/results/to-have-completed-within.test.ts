import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success, timeout } from '../../../support/results.ts'

const quick = success(1, { report: { durationMs: 3.1, initDurationMs: 120 } })

test('passes without the init phase', () => {
  expect(quick).toHaveCompletedWithin(100)
  expect(quick).toHaveCompletedWithin(3.1)
  expect(quick).not.toHaveCompletedWithin(3)
  expect(failure()).toHaveCompletedWithin(100)
})
test('a timeout is never complete', () => {
  expect(timeout()).not.toHaveCompletedWithin(60_000)
})
test('works asymmetrically', () => {
  expect([quick, quick]).toEqual([expect.toHaveCompletedWithin(10), expect.not.toHaveCompletedWithin(1)])
})
explainsMistakes('toHaveCompletedWithin', 100)

test('says how long it took', () => {
  expect(failureText(() => expect(quick).toHaveCompletedWithin(2))).toMatchInlineSnapshot(`
    "expect(result).toHaveCompletedWithin(2)

    Expected orders to complete within 2 ms, but it took 3.10 ms (without its init phase of 120 ms)

    Function   orders (process 0c1d2e3f4a5b, cold, 3.10 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 3.10 ms"
  `)
})
test('says that it timed out', () => {
  expect(failureText(() => expect(timeout()).toHaveCompletedWithin(5000))).toMatchInlineSnapshot(`
    "expect(result).toHaveCompletedWithin(5000)

    Expected orders to complete within 5,000 ms, but it timed out after 3.00 s. The last line of its log, 2.91 s before the timeout, is "INFO  calling payments". Raise timeout (seconds), or find out what that call waits for.

    Function   orders (process 0c1d2e3f4a5b, cold, 3,000 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  calling payments
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 3000.00 ms"
  `)
})
test('with .not says what it received', () => {
  expect(failureText(() => expect(success(1)).not.toHaveCompletedWithin(1500))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveCompletedWithin(1500)

    Expected orders not to complete within 1,500 ms, but it took 38 ms

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('refuses anything but a number of ms, also with .not', () => {
  expect(failureText(() => expect(quick).toHaveCompletedWithin('100' as never))).toMatchInlineSnapshot(
    `"toHaveCompletedWithin needs a number of milliseconds over 0, but received "100""`,
  )
  expect(failureText(() => expect(quick).not.toHaveCompletedWithin(Number.NaN))).toContain('needs a number of milliseconds')
})
