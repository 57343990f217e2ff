import type { EventBridgeEvent } from 'aws-lambda'
import { ACCOUNT_ID, isoSeconds, REGION, type Time, toDate } from './fixed-values.ts'
import { type Overrides, withOverrides } from './overrides.ts'

export interface EventBridgeOptions<DetailType extends string, Detail> {
  /** Such as `shop.orders`. */
  readonly source: string
  readonly detailType: DetailType
  readonly detail: Detail
  readonly resources?: readonly string[] | undefined
  readonly id?: string | undefined
  readonly time?: Time | undefined
  readonly region?: string | undefined
  readonly account?: string | undefined
  readonly overrides?: Overrides<EventBridgeEvent<DetailType, Detail>> | undefined
}

/**
 * An event of an EventBridge bus.
 *
 * @example eventBridge({ source: 'shop.orders', detailType: 'OrderPlaced', detail: { id: 'a1' } })
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export function eventBridge<DetailType extends string, Detail>(
  options: EventBridgeOptions<DetailType, Detail>,
): EventBridgeEvent<DetailType, Detail> {
  const event: EventBridgeEvent<DetailType, Detail> = {
    version: '0',
    id: options.id ?? '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': options.detailType,
    source: options.source,
    account: options.account ?? ACCOUNT_ID,
    time: isoSeconds(toDate(options.time)),
    region: options.region ?? REGION,
    resources: [...(options.resources ?? [])],
    detail: options.detail,
  }
  return withOverrides(event, options.overrides)
}
