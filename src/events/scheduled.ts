import type { ScheduledEvent } from 'aws-lambda'
import { eventBridge } from './event-bridge.ts'
import { ACCOUNT_ID, REGION, type Time } from './fixed-values.ts'
import { type Overrides, withOverrides } from './overrides.ts'

export interface ScheduledOptions {
  /** The name of the rule. */
  readonly rule?: string | undefined
  readonly region?: string | undefined
  readonly account?: string | undefined
  readonly id?: string | undefined
  readonly overrides?: Overrides<ScheduledEvent> | undefined
}

/**
 * The event of an EventBridge rule with a schedule.
 *
 * @example scheduled('2026-03-01T00:00:00Z')
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export function scheduled(time?: Time, options: ScheduledOptions = {}): ScheduledEvent {
  const { rule = 'rule', region = REGION, account = ACCOUNT_ID } = options
  const event: ScheduledEvent = eventBridge({
    source: 'aws.events',
    detailType: 'Scheduled Event',
    detail: {},
    resources: [`arn:aws:events:${region}:${account}:rule/${rule}`],
    id: options.id ?? 'cdc73f9d-aea9-11e3-9d5a-835b769c0d9c',
    time,
    region,
    account,
  })
  return withOverrides(event, options.overrides)
}
