import { createHash } from 'node:crypto'
import type {
  DynamoDBStreamHandler,
  EventBridgeHandler,
  KinesisStreamHandler,
  S3Handler,
  ScheduledHandler,
  SNSHandler,
  SQSHandler,
} from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { dynamodbStream, eventBridge, kinesis, s3, scheduled, sns, sqs } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('sqs', () => {
  test('a batch', () => {
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

  test('of a FIFO queue', () => {
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

  test('attributes', () => {
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

  test('the MD5 of attributes: names in order, each with its lengths, type and value, as AWS documents it', () => {
    const messageAttributes = { b: new Uint8Array([255]), a: 15 }
    const [record] = sqs(['hello'], { messageAttributes }).Records
    const a = [0, 0, 0, 1, 'a', 0, 0, 0, 6, 'Number', 1, 0, 0, 0, 2, '15']
    const b = [0, 0, 0, 1, 'b', 0, 0, 0, 6, 'Binary', 2, 0, 0, 0, 1]
    const bytes = [...a, ...b].map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))
    const md5 = createHash('md5').update(Buffer.concat(bytes)).update(Buffer.of(255)).digest('hex')
    expect(record!.md5OfMessageAttributes).toBe(md5)
    expect(record!.md5OfBody).toBe('5d41402abc4b2a76b9719d911017c592')
  })

  test('overrides, by place', () => {
    const { Records } = sqs([1, 2], { overrides: { Records: [{}, { messageId: 'mine', attributes: { SenderId: 'me' } }] } })
    expect(Records.map(record => record.messageId)).toEqual(['message-1', 'mine'])
    expect(Records[1]!.attributes).toMatchObject({ SenderId: 'me', ApproximateReceiveCount: '1' })
  })
})

test('sns', () => {
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

describe('s3', () => {
  test('an object that was put', () => {
    expect(takes<S3Handler>(s3('uploads/my photo+(1) ä.jpg'))).toMatchInlineSnapshot(`
      {
        "Records": [
          {
            "awsRegion": "us-east-1",
            "eventName": "ObjectCreated:Put",
            "eventSource": "aws:s3",
            "eventTime": "2026-01-01T00:00:00.000Z",
            "eventVersion": "2.1",
            "requestParameters": {
              "sourceIPAddress": "192.0.2.1",
            },
            "responseElements": {
              "x-amz-id-2": "vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQjryTjKlc5aLWGVHPZLj5NeC6qMa0emYBDXOo6QBU0Wo=",
              "x-amz-request-id": "D82B88E5F771F645",
            },
            "s3": {
              "bucket": {
                "arn": "arn:aws:s3:::bucket",
                "name": "bucket",
                "ownerIdentity": {
                  "principalId": "A3I5XTEXAMAI3E",
                },
              },
              "configurationId": "828aa6fc-f7b5-4305-8584-487c791949c1",
              "object": {
                "eTag": "0123456789abcdef0123456789abcdef",
                "key": "uploads/my+photo%2B(1)+%C3%A4.jpg",
                "sequencer": "0055AED6DCD90281E5",
                "size": 1024,
              },
              "s3SchemaVersion": "1.0",
            },
            "userIdentity": {
              "principalId": "AWS:AIDAINPONIXQXHT3IKHL2",
            },
          },
        ],
      }
    `)
  })
  test('what it holds gives size and eTag', () => {
    const { object } = s3({ key: 'a', body: 'hello', versionId: 'v1' }).Records[0]!.s3
    expect(object).toMatchObject({ size: 5, eTag: '5d41402abc4b2a76b9719d911017c592', versionId: 'v1' })
  })
  test('of objects that are gone there are neither', () => {
    const { Records } = s3(['a', 'b'], { eventName: 's3:ObjectRemoved:Delete', bucket: 'inbox' })
    expect(Records.map(record => [record.eventName, record.s3.bucket.arn, record.s3.object])).toMatchInlineSnapshot(`
      [
        [
          "ObjectRemoved:Delete",
          "arn:aws:s3:::inbox",
          {
            "key": "a",
            "sequencer": "0055AED6DCD90281E5",
          },
        ],
        [
          "ObjectRemoved:Delete",
          "arn:aws:s3:::inbox",
          {
            "key": "b",
            "sequencer": "0055AED6DCD90281E6",
          },
        ],
      ]
    `)
  })
})

describe('dynamodbStream', () => {
  test('what was inserted, changed and removed', () => {
    const event = dynamodbStream([
      { NewImage: { id: 'a1', qty: 1 } },
      { OldImage: { id: 'a1', qty: 1 }, NewImage: { id: 'a1', qty: 2 } },
      { OldImage: { id: 'a1', qty: 2 }, expired: true },
    ])
    expect(takes<DynamoDBStreamHandler>(event)).toMatchInlineSnapshot(`
      {
        "Records": [
          {
            "awsRegion": "us-east-1",
            "dynamodb": {
              "ApproximateCreationDateTime": 1767225600,
              "Keys": {
                "id": {
                  "S": "a1",
                },
              },
              "NewImage": {
                "id": {
                  "S": "a1",
                },
                "qty": {
                  "N": "1",
                },
              },
              "SequenceNumber": "111",
              "SizeBytes": 71,
              "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventID": "cfcd208495d565ef66e7dff9f98764da",
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/table/stream/2026-01-01T00:00:00.000",
            "eventVersion": "1.1",
          },
          {
            "awsRegion": "us-east-1",
            "dynamodb": {
              "ApproximateCreationDateTime": 1767225600,
              "Keys": {
                "id": {
                  "S": "a1",
                },
              },
              "NewImage": {
                "id": {
                  "S": "a1",
                },
                "qty": {
                  "N": "2",
                },
              },
              "OldImage": {
                "id": {
                  "S": "a1",
                },
                "qty": {
                  "N": "1",
                },
              },
              "SequenceNumber": "222",
              "SizeBytes": 116,
              "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventID": "c4ca4238a0b923820dcc509a6f75849b",
            "eventName": "MODIFY",
            "eventSource": "aws:dynamodb",
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/table/stream/2026-01-01T00:00:00.000",
            "eventVersion": "1.1",
          },
          {
            "awsRegion": "us-east-1",
            "dynamodb": {
              "ApproximateCreationDateTime": 1767225600,
              "Keys": {
                "id": {
                  "S": "a1",
                },
              },
              "OldImage": {
                "id": {
                  "S": "a1",
                },
                "qty": {
                  "N": "2",
                },
              },
              "SequenceNumber": "333",
              "SizeBytes": 71,
              "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventID": "c81e728d9d4c2f636f067f89cc14862c",
            "eventName": "REMOVE",
            "eventSource": "aws:dynamodb",
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/table/stream/2026-01-01T00:00:00.000",
            "eventVersion": "1.1",
            "userIdentity": {
              "principalId": "dynamodb.amazonaws.com",
              "type": "Service",
            },
          },
        ],
      }
    `)
  })

  test('every type', () => {
    const image = {
      pk: 'a',
      sk: 1,
      big: 9_007_199_254_740_993n,
      yes: true,
      nothing: null,
      left: undefined,
      bytes: new Uint8Array([1]),
      list: [1, 'a', { b: 2 }],
      map: { c: { d: [] }, gone: undefined },
      strings: new Set(['a', 'b']),
      numbers: new Set([1, 2]),
      blobs: new Set([new Uint8Array([2])]),
    }
    const [record] = dynamodbStream([{ NewImage: image }]).Records
    expect(record!.dynamodb!.Keys).toEqual({ pk: { S: 'a' }, sk: { N: '1' } })
    expect(record!.dynamodb!.NewImage).toMatchInlineSnapshot(`
      {
        "big": {
          "N": "9007199254740993",
        },
        "blobs": {
          "BS": [
            "Ag==",
          ],
        },
        "bytes": {
          "B": "AQ==",
        },
        "list": {
          "L": [
            {
              "N": "1",
            },
            {
              "S": "a",
            },
            {
              "M": {
                "b": {
                  "N": "2",
                },
              },
            },
          ],
        },
        "map": {
          "M": {
            "c": {
              "M": {
                "d": {
                  "L": [],
                },
              },
            },
          },
        },
        "nothing": {
          "NULL": true,
        },
        "numbers": {
          "NS": [
            "1",
            "2",
          ],
        },
        "pk": {
          "S": "a",
        },
        "sk": {
          "N": "1",
        },
        "strings": {
          "SS": [
            "a",
            "b",
          ],
        },
        "yes": {
          "BOOL": true,
        },
      }
    `)
  })

  test('marshalled images are taken as they are', () => {
    const image = { id: { S: 'a1' }, tags: { SS: ['a'] } }
    expect(dynamodbStream([{ NewImage: image }]).Records[0]!.dynamodb).toMatchObject({
      NewImage: image,
      Keys: { id: { S: 'a1' } },
    })
  })

  test('views', () => {
    const change = { OldImage: { id: 1 }, NewImage: { id: 1 } }
    const members = (viewType: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE') =>
      Object.keys(dynamodbStream([change], { viewType }).Records[0]!.dynamodb!).filter(name => name.endsWith('Image'))
    expect(members('KEYS_ONLY')).toEqual([])
    expect(members('NEW_IMAGE')).toEqual(['NewImage'])
    expect(members('OLD_IMAGE')).toEqual(['OldImage'])
  })

  test('what can’t be', () => {
    expect(() => dynamodbStream([{ NewImage: { name: 'a', qty: 1 } }])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: change 0: which attributes are its key? It has name, qty. Name them: dynamodbStream(changes, { keys: ['…'] })]`,
    )
    expect(() => dynamodbStream([{ NewImage: { id: 1, when: new Date(0) } }])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: when: DynamoDB has no type for a Date; give a string or a number]`,
    )
    expect(() => dynamodbStream([{ NewImage: { id: 1, a: { b: [Number.NaN] } } }])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: a.b.0: DynamoDB has no type for NaN; give a string or a number]`,
    )
    expect(() => dynamodbStream([{ NewImage: { id: 1, set: new Set([1, 'a']) } }])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: set: a set holds strings, numbers or bytes, all of one kind and at least one]`,
    )
  })
})

test('kinesis', () => {
  expect(takes<KinesisStreamHandler>(kinesis([{ id: 1 }]))).toMatchInlineSnapshot(`
    {
      "Records": [
        {
          "awsRegion": "us-east-1",
          "eventID": "shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
          "eventName": "aws:kinesis:record",
          "eventSource": "aws:kinesis",
          "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/stream",
          "eventVersion": "1.0",
          "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
          "kinesis": {
            "approximateArrivalTimestamp": 1767225600,
            "data": "eyJpZCI6MX0=",
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "partition-1",
            "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
          },
        },
      ],
    }
  `)
  const { Records } = kinesis(['a', new Uint8Array([255])], { partitionKey: (_, index) => `key-${index}` })
  expect(
    Records.map(record => [record.kinesis.data, record.kinesis.partitionKey, record.kinesis.sequenceNumber.slice(-3)]),
  ).toEqual([
    ['YQ==', 'key-0', '898'],
    ['/w==', 'key-1', '899'],
  ])
})

test('eventBridge', () => {
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

test('scheduled', () => {
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

test('events are the same each time', () => {
  const all = () => [sqs([1]), sns(1), s3('a'), dynamodbStream([{ NewImage: { id: 1 } }]), kinesis([1]), scheduled()]
  expect(all()).toEqual(all())
})
