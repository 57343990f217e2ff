import { assert, type TestContext, test } from 'node:test'
import { registerMatchers } from '../../../src/matchers/runners/node-test.ts'
import '../../../src/matchers/runners/node-test-types.ts'

declare const result: unknown
declare const orders: unknown

registerMatchers(assert)
test('types', async (t: TestContext) => {
  t.assert.toHaveSucceeded(result)
  t.assert.notToHaveLogged(result, /declined/, { times: 1 })
  const eventually: Promise<void> = t.assert.toEventuallyLog(orders, /shipped/, { timeout: 10 })
  await eventually
  // @ts-expect-error a class of statuses is 1xx to 5xx
  t.assert.toHaveStatus(result, '9xx')
  t.assert.equal(1, 1)
})
