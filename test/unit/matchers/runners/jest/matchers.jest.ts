import { expect, test } from '@jest/globals'
import { matchers } from '../../../../../src/matchers/index.ts'
import { snapshotSerializer } from '../../../../../src/matchers/runners/snapshot-serializer.ts'
import { failure, handleDouble, jsonRecord, record, success } from '../../../../support/results.ts'

expect.extend(matchers)
expect.addSnapshotSerializer(snapshotSerializer)

const answer = success(
  { id: 'a1', total: 84 },
  { logs: [record('accepted'), jsonRecord({ level: 'INFO', order: { id: 'a1' } })] },
)

// Those whose names begin with "fails" must fail: what jest says of them is checked from outside.
test('passes', () => {
  expect(answer).toHaveSucceeded()
  expect(failure()).not.toHaveSucceeded()
  expect(failure()).toHaveFailed({ errorType: /Validation/, errorMessage: expect.stringContaining('qty') })
  expect(answer).toHavePayload({ id: expect.any(String), total: 84 })
  expect(answer).toHaveLogged({ order: { id: 'a1' } })
  expect(answer).not.toHaveLogged('declined')
})
test('passes asymmetrically', () => {
  expect([answer, failure()]).toEqual([expect.toHaveLogged(/accepted/), expect.not.toHaveSucceeded()])
})
test('passes later', async () => {
  const orders = handleDouble()
  const waiting = expect(orders).toEventuallyLog('shipped')
  orders.log(record('shipped'))
  await waiting
  await expect(orders).not.toEventuallyLog('declined', { timeout: 10 })
})
test('fails: toMatchSnapshot', () => {
  // In CI mode jest writes no snapshot, but shows the one that it would have written.
  expect(answer).toMatchSnapshot()
})
test('fails: toHaveSucceeded', () => {
  expect(
    failure({
      logs: [record('Error: qty must be > 0\n    at handler (src/orders.ts:12:11)', { level: 'ERROR' })],
      calledAt: 'orders.test.ts:9:22',
    }),
  ).toHaveSucceeded()
})
test('fails: toHavePayload', () => {
  expect(answer).toHavePayload({ id: expect.any(String), total: 85 })
})
test('fails: not.toHaveLogged', () => {
  expect(answer).not.toHaveLogged({ order: { id: 'a1' } })
})
test('fails: toEventuallyLog', async () => {
  await expect(handleDouble()).toEventuallyLog('shipped', { timeout: 10 })
})
test('fails: a Promise', () => {
  expect(Promise.resolve()).not.toHaveSucceeded()
})
