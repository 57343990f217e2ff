import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda'
import { ACCOUNT_ID, REGION, regionOf, type Time, toDate } from './fixed-values.ts'
import { type Overrides, withOverrides } from './overrides.ts'
import { toBase64 } from './payload.ts'

export interface KinesisOptions {
  readonly streamArn?: string | undefined
  /** One key for all records, or a function that returns the key of each. Default `partition-1`. */
  readonly partitionKey?: string | ((data: unknown, index: number) => string) | undefined
  readonly shardId?: string | undefined
  readonly time?: Time | undefined
  readonly overrides?: Overrides<KinesisStreamEvent> | undefined
}

const FIRST = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n

/**
 * A batch of a Kinesis stream. Strings and bytes are sent as they are, everything else as JSON; all in base64, as on AWS.
 *
 * @example kinesis([{ id: 1 }, { id: 2 }], { partitionKey: 'orders' })
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export function kinesis(data: readonly unknown[], options: KinesisOptions = {}): KinesisStreamEvent {
  return withOverrides({ Records: data.map((member, index) => toRecord(member, index, options)) }, options.overrides)
}

function toRecord(data: unknown, index: number, options: KinesisOptions): KinesisStreamRecord {
  const { streamArn = `arn:aws:kinesis:${REGION}:${ACCOUNT_ID}:stream/stream`, partitionKey = 'partition-1' } = options
  const sequenceNumber = String(FIRST + BigInt(index))
  return {
    awsRegion: regionOf(streamArn),
    eventID: `${options.shardId ?? 'shardId-000000000006'}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: streamArn,
    eventVersion: '1.0',
    invokeIdentityArn: `arn:aws:iam::${ACCOUNT_ID}:role/lambda-role`,
    kinesis: {
      approximateArrivalTimestamp: toDate(options.time).getTime() / 1_000,
      data: toBase64(data),
      kinesisSchemaVersion: '1.0',
      partitionKey: typeof partitionKey === 'function' ? partitionKey(data, index) : partitionKey,
      sequenceNumber,
    },
  }
}
