import { apiGatewayV2 } from 'lambda-fixtures/events'
import { lambda } from 'lambda-fixtures/jest'
import type { handler } from '../src/orders.ts'

const orders = lambda<typeof handler>({ entry: '../src/orders.ts', environment: { TABLE: 'orders' } })

test('cold start: the first event starts an environment', async () => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a1', qty: 2 } }))
  expect(result).toHaveStatus(201)
  expect(result).toHaveJsonBody({ id: 'a1', total: 84, table: 'orders' })
  expect(result).toHaveColdStarted()
})

test('warm: the next one finds it running', async () => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a2', qty: 1 } }))
  expect(result).toHaveSucceeded()
  expect(result).not.toHaveColdStarted()
})

test('log assertion: says which order it accepted, and nothing of others', async () => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a3', qty: 3 } }))
  expect(result).toHaveLogged({ level: 'INFO', message: 'accepted a3' }, { times: 1 })
  expect(result).not.toHaveLogged('a2')
})

test('function error: what the handler throws is a result', async () => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a4', qty: 500 } }))
  expect(result).toHaveFailed({ errorType: 'OutOfStockError', errorMessage: '500 of a4 ordered, 100 in stock' })
  expect(result.error?.stackTrace[0]).toContain('src/orders.ts:17')
})

test('function error: or an error, if only the payload is asked for', async () => {
  await expect(orders(apiGatewayV2({ body: { id: 'a5', qty: 101 } }))).rejects.toThrow('101 of a5 ordered')
})

test.each([{ qty: 0 }, { qty: -1 }, {}])('parametrised: refuses %o', async body => {
  const result = await orders.invoke(apiGatewayV2({ body: { id: 'a6', ...body } }))
  expect(result).toHaveStatus(400)
  expect(result).toHaveLogged({ level: 'WARN', message: /refused a6/ })
})
