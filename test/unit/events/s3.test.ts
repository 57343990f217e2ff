import type { S3Handler } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { s3 } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('s3', () => {
  test('makes the notification of a new object', () => {
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
  test('computes size and eTag from the content', () => {
    const { object } = s3({ key: 'a', body: 'hello', versionId: 'v1' }).Records[0]!.s3
    expect(object).toMatchObject({ size: 5, eTag: '5d41402abc4b2a76b9719d911017c592', versionId: 'v1' })
  })
  test('leaves size and eTag out for a removed object', () => {
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
