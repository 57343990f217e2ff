import type {
  APIGatewayProxyEvent,
  APIGatewayProxyWithCognitoAuthorizerEvent,
  APIGatewayProxyWithLambdaAuthorizerEvent,
} from 'aws-lambda'
import { ACCOUNT_ID, logTime, REGION, SOURCE_IP, toDate } from '../fixed-values.ts'
import { type Overrides, withOverrides } from '../overrides.ts'
import { isBytes } from '../payload.ts'
import type { RouteOptions } from './http-options.ts'
import { forwarded, grouped, type HttpRequest, headerLists, last, single, toHttpRequest } from './http-request.ts'

/** A request to a REST API. `Authorizer` is the type of what the method's authorizer returned. */
export interface ApiGatewayOptions<Event = APIGatewayProxyEvent, Authorizer = undefined> extends RouteOptions {
  /** `{ claims }` of a Cognito user pool, or the context of a Lambda authorizer, whose values become strings as on AWS. */
  readonly authorizer?: Authorizer
  readonly overrides?: Overrides<Event> | undefined
}

type AuthorizerContext = Readonly<Record<string, string | number | boolean | null>>

const API_ID = 'a1b2c3d4e5'

/**
 * An event of an API Gateway REST API (or of an HTTP API with payload format 1.0).
 *
 * @example apiGateway({ resource: '/orders/{id}', pathParameters: { id: 'a1' }, query: { verbose: true } })
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function apiGateway(options?: ApiGatewayOptions): APIGatewayProxyEvent
export function apiGateway(
  options: ApiGatewayOptions<APIGatewayProxyWithCognitoAuthorizerEvent, { readonly claims: Readonly<Record<string, string>> }>,
): APIGatewayProxyWithCognitoAuthorizerEvent
export function apiGateway<T extends AuthorizerContext>(
  options: ApiGatewayOptions<APIGatewayProxyWithLambdaAuthorizerEvent<T>, T>,
): APIGatewayProxyWithLambdaAuthorizerEvent<T>
export function apiGateway(options: ApiGatewayOptions<APIGatewayProxyEvent, unknown> = {}): APIGatewayProxyEvent {
  const host = `${API_ID}.execute-api.${REGION}.amazonaws.com`
  const request = toHttpRequest(options, forwarded(host, options.sourceIp), inTitleCase)
  const query = grouped(request.query)
  const headers = headerLists(request, name => (name === 'cookie' ? 'Cookie' : name))
  const hasQuery = request.query.length > 0
  return withOverrides(
    {
      body: bodyOf(request, options),
      headers: single(headers, last),
      multiValueHeaders: headers,
      httpMethod: request.method,
      isBase64Encoded: isBytes(options.body),
      path: request.path,
      pathParameters: options.pathParameters ? { ...options.pathParameters } : null,
      queryStringParameters: hasQuery ? single(query, last) : null,
      multiValueQueryStringParameters: hasQuery ? query : null,
      stageVariables: options.stageVariables ? { ...options.stageVariables } : null,
      requestContext: contextOf(request, options, host),
      resource: options.resource ?? request.path,
    },
    options.overrides,
  )
}

/** A REST API keeps the spelling of header names, and most clients send them like this. */
const inTitleCase = (name: string): string => name.replace(/(?:^|-)[a-z]/g, start => start.toUpperCase())

/** A REST API leaves text as it is, and with `binaryMediaTypes` sends bytes in base64. */
function bodyOf(request: HttpRequest, options: RouteOptions): string | null {
  return request.body?.toString(isBytes(options.body) ? 'base64' : 'utf8') ?? null
}

function contextOf(
  request: HttpRequest,
  options: ApiGatewayOptions<APIGatewayProxyEvent, unknown>,
  host: string,
): APIGatewayProxyEvent['requestContext'] {
  const { stage = 'prod', sourceIp = SOURCE_IP } = options
  const time = toDate(options.time)
  const context = {
    accountId: ACCOUNT_ID,
    apiId: API_ID,
    ...(options.authorizer !== undefined && { authorizer: authorizerOf(options.authorizer as Record<string, unknown>) }),
    domainName: host,
    domainPrefix: API_ID,
    extendedRequestId: 'JKJaXmPLvHcESHA=',
    protocol: 'HTTP/1.1',
    httpMethod: request.method,
    identity: { ...NOBODY, sourceIp, userAgent: request.userAgent },
    path: `/${stage}${request.path}`,
    stage,
    requestId: options.requestId ?? 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    requestTime: logTime(time),
    requestTimeEpoch: time.getTime(),
    resourceId: '123456',
    resourcePath: options.resource ?? request.path,
  }
  // Without an authorizer AWS leaves the property out; the type doesn't allow for that.
  return context as APIGatewayProxyEvent['requestContext']
}

function authorizerOf(authorizer: Record<string, unknown>): Record<string, unknown> {
  if ('claims' in authorizer) return authorizer
  const strings = Object.entries(authorizer).map(([name, value]) => [name, value === null ? null : String(value)])
  return { principalId: 'user', integrationLatency: 0, ...Object.fromEntries(strings) }
}

const NOBODY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
}
