import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'
import { type PlatformError, platformPayload, RESPONSE_TOO_LARGE_PAYLOAD, timeoutError } from '../runtime-api/runtime-errors.ts'
import type { RuntimeAnswer } from '../runtime-api/runtime-requests.ts'

/** How an invocation ended. Its report is made of this. */
export type Ending = Pick<InvocationOutcome, 'payload' | 'contentType' | 'functionError' | 'reason'> & {
  readonly status?: 'error' | 'timeout'
  readonly errorType?: string
  readonly pageFaults?: string | undefined
}

const JSON_TYPE = 'application/json'

/** What the caller gets for the runtime's answer. @see contract 1.3–1.5, 2.4, 2.5 */
export function answered(request: InvocationRequest, answer: RuntimeAnswer): Ending {
  switch (answer.kind) {
    case 'response':
      return { payload: answer.body, contentType: answer.contentType, pageFaults: answer.pageFaults }
    case 'error':
      return { payload: answer.body, contentType: answer.contentType, functionError: 'Unhandled', reason: 'error' }
    case 'tooLarge': {
      const errorType = 'Function.ResponseSizeTooLarge'
      const error = { functionError: 'Unhandled', reason: 'responseTooLarge', status: 'error', errorType } as const
      return { payload: RESPONSE_TOO_LARGE_PAYLOAD, contentType: JSON_TYPE, ...error }
    }
    case 'truncated':
      return failed(request, { errorType: 'Runtime.TruncatedResponse', message: 'HTTP request detected as truncated' }, 'error')
    case 'invalidMode':
      return {
        ...failed(request, { errorType: 'Runtime.InvalidResponseModeHeader', message: '' }, 'error'),
        payload: new Uint8Array(),
      }
  }
}

/** An error that the platform reports, not the runtime. @see contract 2.5 */
export function failed(request: InvocationRequest, error: PlatformError, reason: NonNullable<Ending['reason']>): Ending {
  const payload = platformPayload(request.requestId, error)
  return { payload, contentType: JSON_TYPE, functionError: 'Unhandled', reason, status: 'error', errorType: error.errorType }
}

/** @param seconds the configured timeout: AWS's message names it even if more time has passed */
export function timedOut(request: InvocationRequest, seconds: number): Ending {
  return { ...failed(request, timeoutError(seconds), 'timeout'), status: 'timeout' }
}
