import type { SNSHandler } from 'aws-lambda'
import { expect, test } from 'vitest'
import { sns } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

test('makes a notification', () => {
  const event = sns(
    { id: 1 },
    { subject: 'Hi', messageAttributes: { kind: 'order', tries: 2, tags: ['a', 'b'], raw: new Uint8Array([1]) } },
  )
  expect(takes<SNSHandler>(event)).toMatchInlineSnapshot(`
    {
      "Records": [
        {
          "EventSource": "aws:sns",
          "EventSubscriptionArn": "arn:aws:sns:us-east-1:123456789012:topic:21be56ed-a058-49f5-8c98-aedd2564c486",
          "EventVersion": "1.0",
          "Sns": {
            "Message": "{"id":1}",
            "MessageAttributes": {
              "kind": {
                "Type": "String",
                "Value": "order",
              },
              "raw": {
                "Type": "Binary",
                "Value": "AQ==",
              },
              "tags": {
                "Type": "String.Array",
                "Value": "["a","b"]",
              },
              "tries": {
                "Type": "Number",
                "Value": "2",
              },
            },
            "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
            "Signature": "EXAMPLE",
            "SignatureVersion": "1",
            "SigningCertUrl": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem",
            "Subject": "Hi",
            "Timestamp": "2026-01-01T00:00:00.000Z",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:topic",
            "Type": "Notification",
            "UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:123456789012:topic:21be56ed-a058-49f5-8c98-aedd2564c486",
          },
        },
      ],
    }
  `)
})
