import type { DynamoDBStreamHandler } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { dynamodbStream } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('dynamodbStream', () => {
  test('writes inserted, changed and removed items', () => {
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

  test('writes values of every type', () => {
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

  test('leaves items in DynamoDB’s format as they are', () => {
    const image = { id: { S: 'a1' }, tags: { SS: ['a'] } }
    expect(dynamodbStream([{ NewImage: image }]).Records[0]!.dynamodb).toMatchObject({
      NewImage: image,
      Keys: { id: { S: 'a1' } },
    })
  })

  test('writes the images of each view type', () => {
    const change = { OldImage: { id: 1 }, NewImage: { id: 1 } }
    const members = (viewType: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE') =>
      Object.keys(dynamodbStream([change], { viewType }).Records[0]!.dynamodb!).filter(name => name.endsWith('Image'))
    expect(members('KEYS_ONLY')).toEqual([])
    expect(members('NEW_IMAGE')).toEqual(['NewImage'])
    expect(members('OLD_IMAGE')).toEqual(['OldImage'])
  })

  test('refuses items without keys and values without a type', () => {
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
      `[TypeError: set: a set must have at least one member, and all of one type: strings, numbers or bytes]`,
    )
  })
})
