import type { ALBEvent } from 'aws-lambda'
import { ACCOUNT_ID, REGION } from '../fixed-values.ts'
import { type Overrides, withOverrides } from '../overrides.ts'
import type { HttpOptions } from './http-options.ts'
import { bodyByType, forwarded, grouped, headerLists, last, single, toHttpRequest } from './http-request.ts'

/** A request that a load balancer forwards. */
export interface AlbOptions extends Omit<HttpOptions, 'time' | 'requestId'> {
  /** The target group has "multi value headers": the event has lists of values, in `multiValue…` properties. */
  readonly multiValue?: boolean | undefined
  readonly targetGroupArn?: string | undefined
  readonly overrides?: Overrides<ALBEvent> | undefined
}

const TARGET_GROUP = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT_ID}:targetgroup/lambda-279XGJDqGZ5rsrHC2Fjr/49e9d65c45c6791a`

/**
 * An event of an Application Load Balancer, which leaves query parameters encoded.
 *
 * @example alb({ path: '/orders', query: { tag: ['a', 'b'] }, multiValue: true })
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function alb(options: AlbOptions = {}): ALBEvent {
  const host = `lambda-alb-123578498.${REGION}.elb.amazonaws.com`
  const request = toHttpRequest(options, forwarded(host, options.sourceIp))
  const query = grouped(request.query.map(([name, value]) => [encode(name), encode(value)]))
  const headers = headerLists(request, name => name.toLowerCase())
  return withOverrides<ALBEvent>(
    {
      requestContext: { elb: { targetGroupArn: options.targetGroupArn ?? TARGET_GROUP } },
      httpMethod: request.method,
      path: request.path,
      ...(options.multiValue
        ? { multiValueQueryStringParameters: query, multiValueHeaders: headers }
        : { queryStringParameters: single(query, last), headers: single(headers, last) }),
      body: '',
      ...bodyByType(request),
    },
    options.overrides,
  )
}

const encode = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+')
