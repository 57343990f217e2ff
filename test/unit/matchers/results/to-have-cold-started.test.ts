import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success } from '../../../support/results.ts'

const cold = success(1, { report: { initDurationMs: 120 } })
const warm = success(1, { coldStart: false })

test('passes', () => {
  expect(cold).toHaveColdStarted()
  expect(failure()).toHaveColdStarted()
  expect(warm).not.toHaveColdStarted()
})
test('works asymmetrically', () => {
  expect([cold, warm]).toEqual([expect.toHaveColdStarted(), expect.not.toHaveColdStarted()])
})
explainsMistakes('toHaveColdStarted')

test('says that it was warm', () => {
  expect(failureText(() => expect(warm).toHaveColdStarted())).toMatchInlineSnapshot(`
    "expect(result).toHaveColdStarted()

    Expected orders to start cold, but instance 0c1d2e3f4a5b was warm: use restart() for a new one

    Function   orders (process 0c1d2e3f4a5b, warm, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not says that it was cold', () => {
  expect(failureText(() => expect(cold).not.toHaveColdStarted())).toMatchInlineSnapshot(`
    "expect(result).not.toHaveColdStarted()

    Expected orders not to start cold, but this was the first event of instance 0c1d2e3f4a5b, whose init took 120 ms

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
