import type { ScheduledHandler } from 'aws-lambda'
import { expect, test } from 'vitest'
import { scheduled } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

test('makes the event of a rule', () => {
  expect(takes<ScheduledHandler>(scheduled('2026-03-01T00:00:00Z', { rule: 'nightly' }))).toMatchInlineSnapshot(`
    {
      "account": "123456789012",
      "detail": {},
      "detail-type": "Scheduled Event",
      "id": "cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",
      "region": "us-east-1",
      "resources": [
        "arn:aws:events:us-east-1:123456789012:rule/nightly",
      ],
      "source": "aws.events",
      "time": "2026-03-01T00:00:00Z",
      "version": "0",
    }
  `)
})
