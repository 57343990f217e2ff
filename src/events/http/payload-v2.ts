import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { logTime, SOURCE_IP, type Time, toDate } from '../fixed-values.ts'
import { bodyByType, grouped, type HttpRequest, joined, rawQuery, single } from './http-request.ts'

/** Payload format 2.0, which HTTP APIs and function URLs share. @see contract 3.2 */
export function formatV2(
  request: HttpRequest,
  context: {
    accountId: string
    apiId: string
    domainName: string
    requestId: string
    routeKey: string
    stage: string
    sourceIp: string | undefined
    time: Time | undefined
  },
): APIGatewayProxyEventV2 {
  const { accountId, apiId, domainName, requestId, routeKey, stage, sourceIp = SOURCE_IP } = context
  const time = toDate(context.time)
  const path = stage === '$default' ? request.path : `/${stage}${request.path}`
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: rawQuery(request),
    ...(request.cookies.length > 0 && { cookies: [...request.cookies] }),
    headers: Object.fromEntries(request.headers.map(([name, values]) => [name.toLowerCase(), joined(values)])),
    ...(request.query.length > 0 && { queryStringParameters: single(grouped(request.query), joined) }),
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0]!,
      http: { method: request.method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: request.userAgent },
      requestId,
      routeKey,
      stage,
      time: logTime(time),
      timeEpoch: time.getTime(),
    },
    ...bodyByType(request),
  }
}
