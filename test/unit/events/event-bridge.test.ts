import type { EventBridgeHandler } from 'aws-lambda'
import { expect, test } from 'vitest'
import { eventBridge } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

test('makes an event', () => {
  const event = eventBridge({ source: 'shop.orders', detailType: 'OrderPlaced', detail: { id: 'a1' }, time: new Date(0) })
  expect(takes<EventBridgeHandler<'OrderPlaced', { id: string }, void>>(event)).toMatchInlineSnapshot(`
    {
      "account": "123456789012",
      "detail": {
        "id": "a1",
      },
      "detail-type": "OrderPlaced",
      "id": "17793124-05d4-b198-2fde-7ededc63b103",
      "region": "us-east-1",
      "resources": [],
      "source": "shop.orders",
      "time": "1970-01-01T00:00:00Z",
      "version": "0",
    }
  `)
})
