import { assert, type TestContext, test } from 'node:test'
import { expect } from 'expect'
import { matchers } from '../../../../../src/matchers/index.ts'
import { registerMatchers } from '../../../../../src/matchers/runners/node-test.ts'
import { failure, handleDouble, record, success } from '../../../../support/results.ts'

registerMatchers(assert)
expect.extend(matchers)

const answer = success({ id: 'a1', total: 84 }, { logs: [record('accepted')] })

// Those whose names begin with "fails" must fail: what node:test says of them is checked from outside.
test('passes', async (t: TestContext) => {
  t.assert.toHaveSucceeded(answer)
  t.assert.toHaveFailed(failure(), { errorType: /Validation/ })
  t.assert.toHavePayload(answer, { id: expect.any(String), total: 84, more: undefined })
  t.assert.notToHavePayload(answer, { id: 'a1' })
  t.assert.notToHaveLogged(answer, 'declined')
  const orders = handleDouble()
  orders.log(record('shipped'))
  await t.assert.toEventuallyLog(orders, 'shipped')
  await t.assert.notToEventuallyLog(orders, 'declined', { timeout: 10 })
})
test('passes with npm expect', () => {
  expect(answer).toHaveSucceeded()
  expect([answer]).toEqual([expect.toHaveLogged('accepted')])
})
test('fails: toHaveSucceeded', (t: TestContext) => t.assert.toHaveSucceeded(failure()))
test('fails: toHavePayload', (t: TestContext) => t.assert.toHavePayload(answer, { id: expect.any(String), total: 85 }))
test('fails: notToHaveLogged', (t: TestContext) => t.assert.notToHaveLogged(answer, 'accepted'))
test('fails: toEventuallyLog', async (t: TestContext) => {
  await t.assert.toEventuallyLog(handleDouble(), 'shipped', { timeout: 10 })
})
test('fails: npm expect', () => expect(answer).toHavePayload({ id: expect.any(String), total: 85 }))
