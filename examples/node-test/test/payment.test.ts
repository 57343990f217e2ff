import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { lambda } from 'lambda-fixtures/node-test'
import type { handler } from '../src/payment.ts'

const payment = lambda<typeof handler>({ entry: '../src/payment.ts', timeout: 1 })

test('payload: is typed as the handler is', async () => {
  const { charged } = await payment({ amount: 84, delayMs: 10 })
  assert.equal(charged, 84)
})

test('timeout: ended after 1 s, and the log says where it hung', async (t: TestContext) => {
  const result = await payment.invoke({ amount: 12, delayMs: 60_000 })
  t.assert.toHaveTimedOut(result)
  t.assert.toHaveLogged(result, 'calling the payment provider for 12')
})

test('cold start again: a timeout costs the environment, as on AWS', async (t: TestContext) => {
  t.assert.toHaveColdStarted(await payment.invoke({ amount: 1, delayMs: 0 }))
})
