import type { SNSEvent, SNSMessageAttribute } from 'aws-lambda'
import { ACCOUNT_ID, REGION, regionOf, type Time, toDate } from './fixed-values.ts'
import { type Overrides, withOverrides } from './overrides.ts'
import { isBytes, toBase64, toText } from './payload.ts'

export interface SnsOptions {
  readonly subject?: string | undefined
  readonly topicArn?: string | undefined
  readonly messageAttributes?:
    | Readonly<Record<string, string | number | Uint8Array | readonly (string | number | boolean)[]>>
    | undefined
  readonly messageId?: string | undefined
  readonly time?: Time | undefined
  readonly overrides?: Overrides<SNSEvent> | undefined
}

/**
 * A notification of an SNS topic, which sends one message in each event. A string is sent as it is, everything else as JSON.
 *
 * @example sns({ orderId: 'a1' }, { subject: 'Order placed' })
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function sns(message: unknown, options: SnsOptions = {}): SNSEvent {
  const { topicArn = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:topic`, subject, messageAttributes = {} } = options
  const subscription = `${topicArn}:21be56ed-a058-49f5-8c98-aedd2564c486`
  const host = `https://sns.${regionOf(topicArn)}.amazonaws.com`
  const event: SNSEvent = {
    Records: [
      {
        EventVersion: '1.0',
        EventSubscriptionArn: subscription,
        EventSource: 'aws:sns',
        Sns: {
          SignatureVersion: '1',
          Timestamp: toDate(options.time).toISOString(),
          Signature: 'EXAMPLE',
          SigningCertUrl: `${host}/SimpleNotificationService-0000000000000000000000.pem`,
          MessageId: options.messageId ?? '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
          Message: toText(message),
          MessageAttributes: Object.fromEntries(
            Object.entries(messageAttributes).map(([name, value]) => [name, toAttribute(value)]),
          ),
          Type: 'Notification',
          UnsubscribeUrl: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
          TopicArn: topicArn,
          ...(subject !== undefined && { Subject: subject }),
        },
      },
    ],
  }
  return withOverrides(event, options.overrides)
}

function toAttribute(value: string | number | Uint8Array | readonly (string | number | boolean)[]): SNSMessageAttribute {
  if (typeof value === 'string') return { Type: 'String', Value: value }
  if (typeof value === 'number') return { Type: 'Number', Value: String(value) }
  return isBytes(value) ? { Type: 'Binary', Value: toBase64(value) } : { Type: 'String.Array', Value: JSON.stringify(value) }
}
