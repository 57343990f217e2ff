import type { LambdaFunctionURLHandler, LambdaFunctionURLHandlerWithIAMAuthorizer } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { functionUrl } from '../../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('functionUrl', () => {
  test('makes the event of the contract', () => {
    const event = takes<LambdaFunctionURLHandler>(
      functionUrl({ method: 'POST', path: '/my/path?a=1&a=2', cookies: ['c=1'], body: 'hi' }),
    )
    expect(event).toMatchInlineSnapshot(`
      {
        "body": "hi",
        "cookies": [
          "c=1",
        ],
        "headers": {
          "content-length": "2",
          "content-type": "text/plain;charset=UTF-8",
          "host": "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws",
          "user-agent": "lambda-fixtures",
          "x-amzn-tls-cipher-suite": "TLS_AES_128_GCM_SHA256",
          "x-amzn-tls-version": "TLSv1.3",
          "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
          "x-forwarded-for": "192.0.2.1",
          "x-forwarded-port": "443",
          "x-forwarded-proto": "https",
        },
        "isBase64Encoded": false,
        "queryStringParameters": {
          "a": "1,2",
        },
        "rawPath": "/my/path",
        "rawQueryString": "a=1&a=2",
        "requestContext": {
          "accountId": "anonymous",
          "apiId": "abcdefghijklmnopqrstuvwxyz012345",
          "domainName": "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws",
          "domainPrefix": "abcdefghijklmnopqrstuvwxyz012345",
          "http": {
            "method": "POST",
            "path": "/my/path",
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "lambda-fixtures",
          },
          "requestId": "4b8d2a1e-0c3f-4e5a-9b6d-7f8e9a0b1c2d",
          "routeKey": "$default",
          "stage": "$default",
          "time": "01/Jan/2026:00:00:00 +0000",
          "timeEpoch": 1767225600000,
        },
        "routeKey": "$default",
        "version": "2.0",
      }
    `)
  })
  test('writes the caller with AWS_IAM', () => {
    const event = takes<LambdaFunctionURLHandlerWithIAMAuthorizer>(functionUrl({ authorizer: { iam: {} } }))
    expect(event.requestContext.authorizer.iam.userArn).toBe('arn:aws:iam::123456789012:user/Alice')
  })
})
