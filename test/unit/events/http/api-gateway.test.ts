import type {
  APIGatewayProxyHandler,
  APIGatewayProxyWithCognitoAuthorizerHandler,
  APIGatewayProxyWithLambdaAuthorizerHandler,
} from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { apiGateway } from '../../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('apiGateway', () => {
  test('makes a GET request by default', () => {
    expect(takes<APIGatewayProxyHandler>(apiGateway())).toMatchInlineSnapshot(`
      {
        "body": null,
        "headers": {
          "Host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
          "User-Agent": "lambda-fixtures",
          "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
          "X-Forwarded-For": "192.0.2.1",
          "X-Forwarded-Port": "443",
          "X-Forwarded-Proto": "https",
        },
        "httpMethod": "GET",
        "isBase64Encoded": false,
        "multiValueHeaders": {
          "Host": [
            "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
          ],
          "User-Agent": [
            "lambda-fixtures",
          ],
          "X-Amzn-Trace-Id": [
            "Root=1-67891233-abcdef012345678912345678",
          ],
          "X-Forwarded-For": [
            "192.0.2.1",
          ],
          "X-Forwarded-Port": [
            "443",
          ],
          "X-Forwarded-Proto": [
            "https",
          ],
        },
        "multiValueQueryStringParameters": null,
        "path": "/",
        "pathParameters": null,
        "queryStringParameters": null,
        "requestContext": {
          "accountId": "123456789012",
          "apiId": "a1b2c3d4e5",
          "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
          "domainPrefix": "a1b2c3d4e5",
          "extendedRequestId": "JKJaXmPLvHcESHA=",
          "httpMethod": "GET",
          "identity": {
            "accessKey": null,
            "accountId": null,
            "apiKey": null,
            "apiKeyId": null,
            "caller": null,
            "clientCert": null,
            "cognitoAuthenticationProvider": null,
            "cognitoAuthenticationType": null,
            "cognitoIdentityId": null,
            "cognitoIdentityPoolId": null,
            "principalOrgId": null,
            "sourceIp": "192.0.2.1",
            "user": null,
            "userAgent": "lambda-fixtures",
            "userArn": null,
          },
          "path": "/prod/",
          "protocol": "HTTP/1.1",
          "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
          "requestTime": "01/Jan/2026:00:00:00 +0000",
          "requestTimeEpoch": 1767225600000,
          "resourceId": "123456",
          "resourcePath": "/",
          "stage": "prod",
        },
        "resource": "/",
        "stageVariables": null,
      }
    `)
  })

  test('writes single and repeated values', () => {
    const event = apiGateway({
      resource: '/orders/{id}',
      pathParameters: { id: 'a1' },
      query: { tag: ['a b', 'c'] },
      headers: { 'x-many': ['1', '2'] },
      cookies: ['a=1', 'b=2'],
      body: { id: 1 },
    })
    const { headers, multiValueHeaders, requestContext, ...rest } = event
    expect(rest).toMatchInlineSnapshot(`
      {
        "body": "{"id":1}",
        "httpMethod": "POST",
        "isBase64Encoded": false,
        "multiValueQueryStringParameters": {
          "tag": [
            "a b",
            "c",
          ],
        },
        "path": "/orders/a1",
        "pathParameters": {
          "id": "a1",
        },
        "queryStringParameters": {
          "tag": "c",
        },
        "resource": "/orders/{id}",
        "stageVariables": null,
      }
    `)
    expect(headers).toMatchObject({
      'x-many': '2',
      Cookie: 'a=1; b=2',
      'Content-Type': 'application/json',
      'Content-Length': '8',
    })
    expect(multiValueHeaders).toMatchObject({ 'x-many': ['1', '2'], Cookie: ['a=1; b=2'] })
    expect(requestContext).toMatchObject({ path: '/prod/orders/a1', resourcePath: '/orders/{id}', httpMethod: 'POST' })
  })

  test('writes bytes in base64 and forms as text', () => {
    expect(apiGateway({ body: Buffer.from([255]) })).toMatchObject({ body: '/w==', isBase64Encoded: true })
    expect(apiGateway({ body: new URLSearchParams({ a: '1' }) })).toMatchObject({ body: 'a=1', isBase64Encoded: false })
  })

  test('writes what authorizers return', () => {
    const cognito = takes<APIGatewayProxyWithCognitoAuthorizerHandler>(apiGateway({ authorizer: { claims: { sub: 'me' } } }))
    expect(cognito.requestContext.authorizer).toEqual({ claims: { sub: 'me' } })
    const own = takes<APIGatewayProxyWithLambdaAuthorizerHandler<{ admin: boolean }>>(apiGateway({ authorizer: { admin: true } }))
    expect(own.requestContext.authorizer).toEqual({ principalId: 'user', integrationLatency: 0, admin: 'true' })
    takes<APIGatewayProxyHandler>(cognito)
  })
})
