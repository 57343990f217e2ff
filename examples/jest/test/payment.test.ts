import { lambda } from 'lambda-fixtures/jest'
import type { handler } from '../src/payment.ts'

const payment = lambda<typeof handler>({ entry: '../src/payment.ts', timeout: 1 })

test('payload: is typed as the handler is', async () => {
  const { charged } = await payment({ amount: 84, delayMs: 10 })
  expect(charged).toBe(84)
})

test('timeout: ended after 1 s, and the log says where it hung', async () => {
  const result = await payment.invoke({ amount: 12, delayMs: 60_000 })
  expect(result).toHaveTimedOut()
  expect(result).toHaveLogged('calling the payment provider for 12')
})

test('cold start again: a timeout costs the environment, as on AWS', async () => {
  expect(await payment.invoke({ amount: 1, delayMs: 0 })).toHaveColdStarted()
})
