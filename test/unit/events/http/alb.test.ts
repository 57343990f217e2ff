import type { ALBHandler } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { alb } from '../../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('alb', () => {
  test('writes the last value of each name, encoded', () => {
    const event = takes<ALBHandler>(alb({ path: '/orders', query: { tag: ['a', 'b c'] }, headers: { 'X-Many': ['1', '2'] } }))
    expect(event).toMatchInlineSnapshot(`
      {
        "body": "",
        "headers": {
          "host": "lambda-alb-123578498.us-east-1.elb.amazonaws.com",
          "user-agent": "lambda-fixtures",
          "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
          "x-forwarded-for": "192.0.2.1",
          "x-forwarded-port": "443",
          "x-forwarded-proto": "https",
          "x-many": "2",
        },
        "httpMethod": "GET",
        "isBase64Encoded": false,
        "path": "/orders",
        "queryStringParameters": {
          "tag": "b+c",
        },
        "requestContext": {
          "elb": {
            "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/lambda-279XGJDqGZ5rsrHC2Fjr/49e9d65c45c6791a",
          },
        },
      }
    `)
  })
  test('writes all values with multiValue', () => {
    const event = alb({ query: { tag: ['a', 'b'] }, multiValue: true, cookies: { a: '1' }, body: { id: 1 } })
    expect(event).toMatchObject({
      multiValueQueryStringParameters: { tag: ['a', 'b'] },
      multiValueHeaders: { cookie: ['a=1'], 'content-type': ['application/json'] },
      body: '{"id":1}',
    })
    expect(event).not.toHaveProperty('headers')
    expect(event).not.toHaveProperty('queryStringParameters')
  })
})
