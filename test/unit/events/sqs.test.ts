import { createHash } from 'node:crypto'
import type { SQSHandler } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { sqs } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('sqs', () => {
  test('makes a batch', () => {
    expect(takes<SQSHandler>(sqs([{ id: 1 }, 'text']))).toMatchInlineSnapshot(`
      {
        "Records": [
          {
            "attributes": {
              "ApproximateFirstReceiveTimestamp": "1767225600000",
              "ApproximateReceiveCount": "1",
              "SenderId": "AIDAIENQZJOLO23YVJ4VO",
              "SentTimestamp": "1767225600000",
            },
            "awsRegion": "us-east-1",
            "body": "{"id":1}",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
            "md5OfBody": "d2ce28b9a7fd7e4407e2b0fd499b7fe4",
            "messageAttributes": {},
            "messageId": "message-1",
            "receiptHandle": "receipt-1",
          },
          {
            "attributes": {
              "ApproximateFirstReceiveTimestamp": "1767225600000",
              "ApproximateReceiveCount": "1",
              "SenderId": "AIDAIENQZJOLO23YVJ4VO",
              "SentTimestamp": "1767225600000",
            },
            "awsRegion": "us-east-1",
            "body": "text",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
            "md5OfBody": "1cb251ec0d568de6a929b520c4aed8d1",
            "messageAttributes": {},
            "messageId": "message-2",
            "receiptHandle": "receipt-2",
          },
        ],
      }
    `)
  })

  test('makes a batch of a FIFO queue', () => {
    const event = sqs([{ id: 1 }, { id: 2 }], {
      fifo: { messageGroupId: (_, index) => `group-${index}` },
      queueArn: 'arn:aws:sqs:eu-west-1:123456789012:orders.fifo',
    })
    expect(event.Records.map(record => record.attributes)).toMatchInlineSnapshot(`
      [
        {
          "ApproximateFirstReceiveTimestamp": "1767225600000",
          "ApproximateReceiveCount": "1",
          "MessageDeduplicationId": "037c9214eef74cc3887f3a4f085b4e17d76280dafd273b0ee160c09c4ba1cfd4",
          "MessageGroupId": "group-0",
          "SenderId": "AIDAIENQZJOLO23YVJ4VO",
          "SentTimestamp": "1767225600000",
          "SequenceNumber": "18849496460467696128",
        },
        {
          "ApproximateFirstReceiveTimestamp": "1767225600000",
          "ApproximateReceiveCount": "1",
          "MessageDeduplicationId": "9e7e65453739bbc64ba155eed18a37bd5fb1196c7f29ded1da660b94414d7ad8",
          "MessageGroupId": "group-1",
          "SenderId": "AIDAIENQZJOLO23YVJ4VO",
          "SentTimestamp": "1767225600000",
          "SequenceNumber": "18849496460467696129",
        },
      ]
    `)
    expect(event.Records[0]).toMatchObject({
      awsRegion: 'eu-west-1',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:orders.fifo',
    })
  })

  test('writes attributes of the system and of messages', () => {
    const [record] = sqs(['a'], {
      attributes: { ApproximateReceiveCount: '3' },
      messageAttributes: { kind: 'order', tries: 2, raw: new Uint8Array([1]) },
    }).Records
    expect(record).toMatchInlineSnapshot(`
      {
        "attributes": {
          "ApproximateFirstReceiveTimestamp": "1767225600000",
          "ApproximateReceiveCount": "3",
          "SenderId": "AIDAIENQZJOLO23YVJ4VO",
          "SentTimestamp": "1767225600000",
        },
        "awsRegion": "us-east-1",
        "body": "a",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
        "md5OfBody": "0cc175b9c0f1b6a831c399e269772661",
        "md5OfMessageAttributes": "4c28c09633b8857b3a1c69b97741ddd1",
        "messageAttributes": {
          "kind": {
            "binaryListValues": [],
            "dataType": "String",
            "stringListValues": [],
            "stringValue": "order",
          },
          "raw": {
            "binaryListValues": [],
            "binaryValue": "AQ==",
            "dataType": "Binary",
            "stringListValues": [],
          },
          "tries": {
            "binaryListValues": [],
            "dataType": "Number",
            "stringListValues": [],
            "stringValue": "2",
          },
        },
        "messageId": "message-1",
        "receiptHandle": "receipt-1",
      }
    `)
  })

  test('computes the MD5 of attributes as AWS documents it', () => {
    const messageAttributes = { b: new Uint8Array([255]), a: 15 }
    const [record] = sqs(['hello'], { messageAttributes }).Records
    const a = [0, 0, 0, 1, 'a', 0, 0, 0, 6, 'Number', 1, 0, 0, 0, 2, '15']
    const b = [0, 0, 0, 1, 'b', 0, 0, 0, 6, 'Binary', 2, 0, 0, 0, 1]
    const bytes = [...a, ...b].map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))
    const md5 = createHash('md5').update(Buffer.concat(bytes)).update(Buffer.of(255)).digest('hex')
    expect(record!.md5OfMessageAttributes).toBe(md5)
    expect(record!.md5OfBody).toBe('5d41402abc4b2a76b9719d911017c592')
  })

  test('merges overrides by position', () => {
    const { Records } = sqs([1, 2], { overrides: { Records: [{}, { messageId: 'mine', attributes: { SenderId: 'me' } }] } })
    expect(Records.map(record => record.messageId)).toEqual(['message-1', 'mine'])
    expect(Records[1]!.attributes).toMatchObject({ SenderId: 'me', ApproximateReceiveCount: '1' })
  })
})
