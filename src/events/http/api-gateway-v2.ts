import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithIAMAuthorizer,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyEventV2WithLambdaAuthorizer,
} from 'aws-lambda'
import { ACCOUNT_ID, REGION } from '../fixed-values.ts'
import { type Overrides, withOverrides } from '../overrides.ts'
import type { RouteOptions } from './http-options.ts'
import { forwarded, toHttpRequest } from './http-request.ts'
import { type IamCaller, iamAuthorizer } from './iam-authorizer.ts'
import { formatV2 } from './payload-v2.ts'

export type JwtClaims = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer']['jwt']['claims']

/** A request to an HTTP API. `Authorizer` is the type of what the route's authorizer returned. */
export interface ApiGatewayV2Options<Event = APIGatewayProxyEventV2, Authorizer = undefined> extends RouteOptions {
  readonly authorizer?: Authorizer
  /** Default: `GET /orders/{id}` if `resource` is given, else `$default`. */
  readonly routeKey?: string | undefined
  readonly overrides?: Overrides<Event> | undefined
}

const API_ID = 'a1b2c3d4e5'

/**
 * An event of an API Gateway HTTP API, payload format 2.0.
 *
 * @example apiGatewayV2({ body: { id: 'a1', qty: 2 } })
 * @example apiGatewayV2({ resource: '/orders/{id}', pathParameters: { id: 'a1' }, authorizer: { jwt: { claims: { sub: 'me' } } } })
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function apiGatewayV2(options?: ApiGatewayV2Options): APIGatewayProxyEventV2
export function apiGatewayV2(
  options: ApiGatewayV2Options<
    APIGatewayProxyEventV2WithJWTAuthorizer,
    { readonly jwt: { readonly claims: JwtClaims; readonly scopes?: readonly string[] | null } }
  >,
): APIGatewayProxyEventV2WithJWTAuthorizer
export function apiGatewayV2(
  options: ApiGatewayV2Options<APIGatewayProxyEventV2WithIAMAuthorizer, { readonly iam: IamCaller }>,
): APIGatewayProxyEventV2WithIAMAuthorizer
export function apiGatewayV2<T>(
  options: ApiGatewayV2Options<APIGatewayProxyEventV2WithLambdaAuthorizer<T>, { readonly lambda: T }>,
): APIGatewayProxyEventV2WithLambdaAuthorizer<T>
export function apiGatewayV2(options: ApiGatewayV2Options<APIGatewayProxyEventV2, unknown> = {}): APIGatewayProxyEventV2 {
  const { stage = '$default', resource, stageVariables, authorizer } = options
  const domainName = `${API_ID}.execute-api.${REGION}.amazonaws.com`
  const request = toHttpRequest(options, forwarded(domainName, options.sourceIp))
  const event = formatV2(request, {
    accountId: ACCOUNT_ID,
    apiId: API_ID,
    domainName,
    requestId: options.requestId ?? 'JKJaXmPLvHcESHA=',
    routeKey: options.routeKey ?? (resource === undefined ? '$default' : `${request.method} ${resource}`),
    stage,
    sourceIp: options.sourceIp,
    time: options.time,
  })
  const { pathParameters } = options
  return withOverrides(
    {
      ...event,
      ...(pathParameters && { pathParameters: { ...pathParameters } }),
      ...(stageVariables && { stageVariables: { ...stageVariables } }),
      requestContext: { ...event.requestContext, ...(authorizer !== undefined && { authorizer: authorizerOf(authorizer) }) },
    },
    options.overrides,
  )
}

function authorizerOf(authorizer: unknown): unknown {
  const { jwt, iam } = authorizer as { jwt?: { scopes?: readonly string[] | null }; iam?: IamCaller }
  if (jwt) return { jwt: { ...jwt, scopes: jwt.scopes ?? null } }
  return iam ? iamAuthorizer(iam) : authorizer
}
