import type {
  APIGatewayProxyHandlerV2,
  APIGatewayProxyHandlerV2WithIAMAuthorizer,
  APIGatewayProxyHandlerV2WithJWTAuthorizer,
  APIGatewayProxyHandlerV2WithLambdaAuthorizer,
} from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { apiGatewayV2 } from '../../../../src/events/index.ts'

/** Compiles only if the builder's event is what a handler of that type takes. */
const takes = <H extends (event: never, ...rest: never[]) => unknown>(event: Parameters<H>[0]) => event

describe('apiGatewayV2', () => {
  test('makes a GET request by default', () => {
    expect(takes<APIGatewayProxyHandlerV2>(apiGatewayV2())).toMatchInlineSnapshot(`
      {
        "headers": {
          "host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
          "user-agent": "lambda-fixtures",
          "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
          "x-forwarded-for": "192.0.2.1",
          "x-forwarded-port": "443",
          "x-forwarded-proto": "https",
        },
        "isBase64Encoded": false,
        "rawPath": "/",
        "rawQueryString": "",
        "requestContext": {
          "accountId": "123456789012",
          "apiId": "a1b2c3d4e5",
          "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
          "domainPrefix": "a1b2c3d4e5",
          "http": {
            "method": "GET",
            "path": "/",
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "lambda-fixtures",
          },
          "requestId": "JKJaXmPLvHcESHA=",
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

  test('writes every part of a request', () => {
    const event = apiGatewayV2({
      resource: '/orders/{id}/items/{proxy+}',
      pathParameters: { id: 'a1', proxy: 'x/y' },
      method: 'put',
      query: { tag: ['a b', 'c&d'], page: 2, none: undefined },
      headers: { 'X-Many': ['1', '2'], Cookie: 'theme=dark; lang=de', 'User-Agent': 'curl' },
      cookies: { session: 'abc' },
      body: { id: 'a1', when: new Date(0) },
      stage: 'test',
      stageVariables: { color: 'blue' },
      sourceIp: '203.0.113.9',
      time: '2026-03-12T19:03:58.390Z',
      requestId: 'mine',
    })
    expect(event).toMatchInlineSnapshot(`
      {
        "body": "{"id":"a1","when":"1970-01-01T00:00:00.000Z"}",
        "cookies": [
          "theme=dark",
          "lang=de",
          "session=abc",
        ],
        "headers": {
          "content-length": "45",
          "content-type": "application/json",
          "host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
          "user-agent": "curl",
          "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
          "x-forwarded-for": "203.0.113.9",
          "x-forwarded-port": "443",
          "x-forwarded-proto": "https",
          "x-many": "1,2",
        },
        "isBase64Encoded": false,
        "pathParameters": {
          "id": "a1",
          "proxy": "x/y",
        },
        "queryStringParameters": {
          "page": "2",
          "tag": "a b,c&d",
        },
        "rawPath": "/test/orders/a1/items/x/y",
        "rawQueryString": "tag=a+b&tag=c%26d&page=2",
        "requestContext": {
          "accountId": "123456789012",
          "apiId": "a1b2c3d4e5",
          "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
          "domainPrefix": "a1b2c3d4e5",
          "http": {
            "method": "PUT",
            "path": "/test/orders/a1/items/x/y",
            "protocol": "HTTP/1.1",
            "sourceIp": "203.0.113.9",
            "userAgent": "curl",
          },
          "requestId": "mine",
          "routeKey": "PUT /orders/{id}/items/{proxy+}",
          "stage": "test",
          "time": "12/Mar/2026:19:03:58 +0000",
          "timeEpoch": 1773342238390,
        },
        "routeKey": "PUT /orders/{id}/items/{proxy+}",
        "stageVariables": {
          "color": "blue",
        },
        "version": "2.0",
      }
    `)
  })

  test('reads the query of a path', () => {
    const event = apiGatewayV2({ path: '/orders?page=2&q=a%20b', query: new URLSearchParams([['q', 'c']]) })
    expect(event).toMatchObject({
      rawPath: '/orders',
      rawQueryString: 'page=2&q=a+b&q=c',
      queryStringParameters: { page: '2', q: 'a b,c' },
    })
  })

  test.for([
    ['an object', { a: 1 }, 'application/json', '{"a":1}', false],
    ['null', null, 'application/json', 'null', false],
    ['text', 'grüezi', 'text/plain;charset=UTF-8', 'grüezi', false],
    ['bytes', new Uint8Array([255, 0, 1]), 'application/octet-stream', '/wAB', true],
    ['a form', new URLSearchParams({ a: '1 2' }), 'application/x-www-form-urlencoded;charset=UTF-8', 'YT0xKzI=', true],
  ] as const)('body: %s', ([, body, type, sent, isBase64Encoded]) => {
    const event = apiGatewayV2({ body })
    expect(event).toMatchObject({ body: sent, isBase64Encoded, headers: { 'content-type': type } })
    expect(event.headers['content-length']).toBe(String(Buffer.from(sent, isBase64Encoded ? 'base64' : 'utf8').byteLength))
    expect(event.requestContext.http.method).toBe('POST')
  })

  test('decides on base64 by the given content type', () => {
    expect(apiGatewayV2({ body: '<a/>', headers: { 'Content-Type': 'application/xml' } })).toMatchObject({
      body: '<a/>',
      isBase64Encoded: false,
    })
    expect(apiGatewayV2({ body: 'abc', headers: { 'content-type': 'image/png' } })).toMatchObject({
      body: 'YWJj',
      isBase64Encoded: true,
    })
  })

  test('writes what authorizers return', () => {
    const jwt = takes<APIGatewayProxyHandlerV2WithJWTAuthorizer>(apiGatewayV2({ authorizer: { jwt: { claims: { sub: 'me' } } } }))
    expect(jwt.requestContext.authorizer).toEqual({ jwt: { claims: { sub: 'me' }, scopes: null } })
    const own = takes<APIGatewayProxyHandlerV2WithLambdaAuthorizer<{ tenant: string }>>(
      apiGatewayV2({ authorizer: { lambda: { tenant: 't1' } } }),
    )
    expect(own.requestContext.authorizer.lambda.tenant).toBe('t1')
    const iam = takes<APIGatewayProxyHandlerV2WithIAMAuthorizer>(apiGatewayV2({ authorizer: { iam: { userId: 'u1' } } }))
    expect(iam.requestContext.authorizer.iam).toMatchObject({ userId: 'u1', accountId: '123456789012' })
  })

  test('merges overrides', () => {
    const overrides = {
      headers: { host: 'api.example.com', 'x-forwarded-port': undefined },
      requestContext: { http: { protocol: 'HTTP/2.0' } },
    }
    const event = apiGatewayV2({ overrides })
    expect(event.headers).toMatchObject({ host: 'api.example.com', 'x-forwarded-proto': 'https' })
    expect(event.headers).not.toHaveProperty('x-forwarded-port')
    expect(event.requestContext.http).toMatchObject({ protocol: 'HTTP/2.0', method: 'GET' })
  })

  test('refuses a time that is not one, and a body without a JSON form', () => {
    expect(() => apiGatewayV2({ time: 'soon' })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: time: soon is not a time; write it as '2026-01-01T00:00:00Z']`,
    )
    expect(() => apiGatewayV2({ body: () => 1 })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: function can't be sent: it has no JSON form]`,
    )
  })
})
