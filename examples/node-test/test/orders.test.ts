import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { assertFailed } from 'lambda-fixtures'
import { apiGatewayV2 } from 'lambda-fixtures/events'
import { lambda } from 'lambda-fixtures/node-test'
import type { handler } from '../src/orders.ts'

const orders = lambda<typeof handler>({ entry: '../src/orders.ts', environment: { TABLE: 'orders' } })

test('cold start: the first event starts an environment', async (t: TestContext) => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a1', qty: 2 } }))
  t.assert.toHaveStatus(result, 201)
  t.assert.toHaveJsonBody(result, { id: 'a1', total: 84, table: 'orders' })
  t.assert.toHaveColdStarted(result)
})

test('warm: the next one finds it running', async (t: TestContext) => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a2', qty: 1 } }))
  t.assert.toHaveSucceeded(result)
  t.assert.notToHaveColdStarted(result)
})

test('log assertion: says which order it accepted, and nothing of others', async (t: TestContext) => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a3', qty: 3 } }))
  t.assert.toHaveLogged(result, { level: 'INFO', message: 'accepted a3' }, { times: 1 })
  t.assert.notToHaveLogged(result, 'a2')
})

test('function error: what the handler throws is a result', async (t: TestContext) => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a4', qty: 500 } }))
  t.assert.toHaveFailed(result, { errorType: 'OutOfStockError', errorMessage: '500 of a4 ordered, 100 in stock' })
  assertFailed(result)
  assert.match(result.error.stackTrace[0] ?? '', /src\/orders\.ts:17/)
})

test('function error: or an error, if only the payload is asked for', async () => {
  await assert.rejects(orders(apiGatewayV2({ body: { id: 'a5', qty: 101 } })), /101 of a5 ordered/)
})

for (const body of [{ qty: 0 }, { qty: -1 }, {}]) {
  test(`parametrised: refuses ${JSON.stringify(body)}`, async (t: TestContext) => {
    const result = await orders.invoke(apiGatewayV2({ body: { id: 'a6', ...body } }))
    t.assert.toHaveStatus(result, 400)
    t.assert.toHaveLogged(result, { level: 'WARN', message: /refused a6/ })
  })
}
