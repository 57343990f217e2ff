import type { KinesisStreamHandler } from 'aws-lambda'
import { expect, test } from 'vitest'
import { kinesis } from '../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

test('makes a batch', () => {
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
