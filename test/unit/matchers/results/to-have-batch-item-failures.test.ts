import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success } from '../../../support/results.ts'

const two = success({ batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-3' }] })

test('passes in any order', () => {
  expect(two).toHaveBatchItemFailures(['message-3', 'message-1'])
})
test.each([null, undefined, {}, { batchItemFailures: [] }, { batchItemFailures: null }])(
  '%o reports none, as AWS reads it',
  payload => {
    expect(success(payload)).toHaveBatchItemFailures([])
    expect(success(payload)).not.toHaveBatchItemFailures(['message-1'])
  },
)
test('.not passes', () => {
  expect(two).not.toHaveBatchItemFailures(['message-1'])
  expect(two).not.toHaveBatchItemFailures(['message-1', 'message-3', 'message-4'])
  expect(failure()).not.toHaveBatchItemFailures([])
  expect(success('text')).not.toHaveBatchItemFailures([])
})
test('works asymmetrically', () => {
  expect([two, success(null)]).toEqual([
    expect.toHaveBatchItemFailures(['message-1', 'message-3']),
    expect.not.toHaveBatchItemFailures(['x']),
  ])
})
explainsMistakes('toHaveBatchItemFailures', [])

test('shows what is missing and what was not expected', () => {
  expect(failureText(() => expect(two).toHaveBatchItemFailures(['message-1', 'message-2']))).toMatchInlineSnapshot(`
    "expect(result).toHaveBatchItemFailures(["message-1", "message-2"])

    Expected orders to report ["message-1", "message-2"] as failed, but it reported ["message-1", "message-3"]

    - "message-2" is missing
    + "message-3" was not expected

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that none was expected', () => {
  expect(failureText(() => expect(two).toHaveBatchItemFailures([]))).toMatchInlineSnapshot(`
    "expect(result).toHaveBatchItemFailures([])

    Expected orders to report no item as failed, but it reported ["message-1", "message-3"]

    + "message-1" was not expected
    + "message-3" was not expected

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that none was reported', () => {
  expect(failureText(() => expect(success(null)).toHaveBatchItemFailures(['message-1']))).toMatchInlineSnapshot(`
    "expect(result).toHaveBatchItemFailures(["message-1"])

    Expected orders to report ["message-1"] as failed, but it reported none

    - "message-1" is missing

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says what AWS does with an invalid response', () => {
  expect(
    failureText(() => expect(success({ batchItemFailures: [{ id: 'message-1' }] })).toHaveBatchItemFailures(['message-1'])),
  ).toMatchInlineSnapshot(`
    "expect(result).toHaveBatchItemFailures(["message-1"])

    Expected orders to report ["message-1"] as failed, but its payload is not a partial batch response ({ batchItemFailures: [{ itemIdentifier }] }), so AWS would retry the whole batch

    Received: { batchItemFailures: [{ id: "message-1" }] }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that it failed', () => {
  expect(failureText(() => expect(failure()).toHaveBatchItemFailures([]))).toMatchInlineSnapshot(`
    "expect(result).toHaveBatchItemFailures([])

    Expected orders to report no item as failed, but it failed with ValidationError: qty must be > 0
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
test('with .not says what it received', () => {
  expect(failureText(() => expect(two).not.toHaveBatchItemFailures(['message-1', 'message-3']))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveBatchItemFailures(["message-1", "message-3"])

    Expected orders not to report ["message-1", "message-3"] as failed, but it did

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('refuses anything but a list of ids', () => {
  expect(failureText(() => expect(two).toHaveBatchItemFailures('message-1' as never))).toMatchInlineSnapshot(
    `"toHaveBatchItemFailures needs the ids of the items that failed, as in ['message-1'], or [] for none, but received "message-1""`,
  )
})
