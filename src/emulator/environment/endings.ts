import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'
import {
  exitError,
  type PlatformError,
  platformPayload,
  RESPONSE_TOO_LARGE_PAYLOAD,
  scrubErrorType,
  timeoutError,
} from '../runtime-api/runtime-errors.ts'
import type { RuntimeAnswer } from '../runtime-api/runtime-requests.ts'
import type { Signal } from './signals.ts'

/** How an invocation ended, before its report is made. */
export type Ending = Pick<InvocationOutcome, 'payload' | 'contentType' | 'functionError' | 'reason'> & {
  readonly status?: 'error' | 'timeout'
  readonly errorType?: string
  readonly pageFaults?: string | undefined
}

/** How an init failed. */
export type InitFailure =
  | { readonly kind: 'posted'; readonly payload: Buffer; readonly errorType: string }
  | { readonly kind: 'failed'; readonly error: PlatformError; readonly outOfMemory: boolean }
  | { readonly kind: 'timeout' }

const JSON_TYPE = 'application/json'

export function initFailure(signal: Extract<Signal, { kind: 'initError' | 'exit' | 'entrypoint' | 'timeout' }>): InitFailure {
  switch (signal.kind) {
    case 'initError':
      return { kind: 'posted', payload: signal.body, errorType: scrubErrorType(signal.errorType) }
    case 'exit':
      return { kind: 'failed', error: exitError(signal.exit), outOfMemory: signal.exit.outOfMemory }
    case 'entrypoint':
      return { kind: 'failed', error: { errorType: signal.error.errorType, message: signal.error.message }, outOfMemory: false }
    case 'timeout':
      return { kind: 'timeout' }
  }
}

/** @see contract 1.3–1.5, 2.4, 2.5 */
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

/** The platform's own word for it. @see contract 2.5 */
export function failed(request: InvocationRequest, error: PlatformError, reason: NonNullable<Ending['reason']>): Ending {
  const payload = platformPayload(request.requestId, error)
  return { payload, contentType: JSON_TYPE, functionError: 'Unhandled', reason, status: 'error', errorType: error.errorType }
}

/** @param seconds the configured timeout, which AWS names whatever time passed */
export function timedOut(request: InvocationRequest, seconds: number): Ending {
  return { ...failed(request, timeoutError(seconds), 'timeout'), status: 'timeout' }
}
