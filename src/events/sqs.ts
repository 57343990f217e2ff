import { createHash } from 'node:crypto'
import type { SQSEvent, SQSMessageAttributes, SQSRecord, SQSRecordAttributes } from 'aws-lambda'
import { ACCOUNT_ID, REGION, regionOf, type Time, toDate } from './fixed-values.ts'
import { type Overrides, withOverrides } from './overrides.ts'
import { toText } from './payload.ts'
import { type AttributeInput, md5OfAttributes, toMessageAttributes } from './sqs-attributes.ts'

/** One value for all messages, or a function that returns the value for each. */
type ForEach<T> = T | ((body: string, index: number) => T)

export interface SqsOptions {
  /** Default: a queue called `queue`, or `queue.fifo` with `fifo`. */
  readonly queueArn?: string | undefined
  /** Adds the attributes of a FIFO queue. `true` puts all messages into a group called `group-1`. */
  readonly fifo?: boolean | { readonly messageGroupId: ForEach<string> } | undefined
  /** System attributes, such as `{ ApproximateReceiveCount: '3' }`. */
  readonly attributes?: ForEach<Partial<SQSRecordAttributes>> | undefined
  readonly messageAttributes?: ForEach<Readonly<Record<string, AttributeInput>>> | undefined
  readonly time?: Time | undefined
  readonly overrides?: Overrides<SQSEvent> | undefined
}

/**
 * A batch of an SQS queue. The ids of its messages are `message-1`, `message-2`, …. Strings are sent as they are, everything else as JSON.
 *
 * @example expect(await batch.invoke(sqs([{ id: 1 }, { id: 2, bad: true }]))).toHaveBatchItemFailures(['message-2'])
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function sqs(bodies: readonly unknown[], options: SqsOptions = {}): SQSEvent {
  return withOverrides({ Records: bodies.map((body, index) => toRecord(toText(body), index, options)) }, options.overrides)
}

function toRecord(body: string, index: number, options: SqsOptions): SQSRecord {
  const { fifo, queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:queue${fifo ? '.fifo' : ''}` } = options
  const each = <T>(value: ForEach<T>): T =>
    typeof value === 'function' ? (value as (body: string, index: number) => T)(body, index) : value
  const sent = String(toDate(options.time).getTime())
  const messageAttributes: SQSMessageAttributes = toMessageAttributes(each(options.messageAttributes ?? {}))
  const hasAttributes = Object.keys(messageAttributes).length > 0
  return {
    messageId: `message-${index + 1}`,
    receiptHandle: `receipt-${index + 1}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: sent,
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: sent,
      ...(fifo && {
        SequenceNumber: String(18_849_496_460_467_696_128n + BigInt(index)),
        MessageGroupId: fifo === true ? 'group-1' : each(fifo.messageGroupId),
        MessageDeduplicationId: createHash('sha256').update(body).digest('hex'),
      }),
      ...each(options.attributes ?? {}),
    },
    messageAttributes,
    md5OfBody: createHash('md5').update(body).digest('hex'),
    ...(hasAttributes && { md5OfMessageAttributes: md5OfAttributes(messageAttributes) }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: regionOf(queueArn),
  }
}
