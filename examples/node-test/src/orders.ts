import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

const PRICE = 42
const STOCK = 100

class OutOfStockError extends Error {
  override name = 'OutOfStockError'
}

/** `POST /orders` with `{ "id": "a1", "qty": 2 }`. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { id, qty } = JSON.parse(event.body ?? '{}')
  if (!(qty > 0)) {
    console.warn(`refused ${id}: qty is ${qty}`)
    return answer(400, { message: 'qty must be > 0' })
  }
  if (qty > STOCK) throw new OutOfStockError(`${qty} of ${id} ordered, ${STOCK} in stock`)
  console.info(`accepted ${id}`)
  return answer(201, { id, total: qty * PRICE, table: process.env.TABLE })
}

function answer(statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
