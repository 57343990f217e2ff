import type { LambdaFunctionURLEvent, LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda'
import { REGION } from '../fixed-values.ts'
import { type Overrides, withOverrides } from '../overrides.ts'
import type { HttpOptions } from './http-options.ts'
import { forwarded, toHttpRequest } from './http-request.ts'
import { type IamCaller, iamAuthorizer } from './iam-authorizer.ts'
import { formatV2 } from './payload-v2.ts'

/** A request to a function URL. With `authorizer` the URL's AuthType is `AWS_IAM`. */
export interface FunctionUrlOptions<Event = LambdaFunctionURLEvent, Authorizer = undefined> extends HttpOptions {
  readonly authorizer?: Authorizer
  readonly overrides?: Overrides<Event> | undefined
}

const URL_ID = 'abcdefghijklmnopqrstuvwxyz012345'

/**
 * An event of a function URL.
 *
 * @example functionUrl({ path: '/orders?page=2', headers: { accept: 'application/json' } })
 * @see contract 3.2; https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function functionUrl(options?: FunctionUrlOptions): LambdaFunctionURLEvent
export function functionUrl(
  options: FunctionUrlOptions<LambdaFunctionURLEventWithIAMAuthorizer, { readonly iam: IamCaller }>,
): LambdaFunctionURLEventWithIAMAuthorizer
export function functionUrl(
  options: FunctionUrlOptions<LambdaFunctionURLEvent, { readonly iam: IamCaller } | undefined> = {},
): LambdaFunctionURLEvent {
  const domainName = `${URL_ID}.lambda-url.${REGION}.on.aws`
  const defaults = {
    ...forwarded(domainName, options.sourceIp),
    'x-amzn-tls-version': 'TLSv1.3',
    'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
  }
  const event = formatV2(toHttpRequest(options, defaults), {
    accountId: 'anonymous',
    apiId: URL_ID,
    domainName,
    requestId: options.requestId ?? '4b8d2a1e-0c3f-4e5a-9b6d-7f8e9a0b1c2d',
    routeKey: '$default',
    stage: '$default',
    sourceIp: options.sourceIp,
    time: options.time,
  })
  const authorizer = options.authorizer && { authorizer: iamAuthorizer(options.authorizer.iam) }
  return withOverrides({ ...event, requestContext: { ...event.requestContext, ...authorizer } }, options.overrides)
}
