import type { InvocationRequest } from '../../model/invocation.ts'
import { exitError, scrubErrorType } from '../runtime-api/runtime-errors.ts'
import { type Ending, failed, timedOut } from './endings.ts'
import type { Signal } from './signals.ts'

/** How an init failed: by an error that the runtime posted, by an error of the platform, or at its time limit. */
export type InitFailure =
  | { readonly kind: 'posted'; readonly errorType: string; readonly payload: Buffer }
  | { readonly kind: 'failed'; readonly errorType: string; readonly message: string; readonly outOfMemory: boolean }
  | { readonly kind: 'timeout' }

export function initFailure(signal: Extract<Signal, { kind: 'initError' | 'exit' | 'entrypoint' | 'timeout' }>): InitFailure {
  switch (signal.kind) {
    case 'initError':
      return { kind: 'posted', errorType: scrubErrorType(signal.errorType), payload: signal.body }
    case 'exit':
      return { kind: 'failed', ...exitError(signal.exit), outOfMemory: signal.exit.outOfMemory }
    case 'entrypoint':
      return { kind: 'failed', errorType: signal.error.errorType, message: signal.error.message, outOfMemory: false }
    case 'timeout':
      return { kind: 'timeout' }
  }
}

/** The end of an invocation whose suppressed init failed. @param seconds the function's timeout */
export function endingOf(request: InvocationRequest, failure: InitFailure, seconds: number): Ending {
  switch (failure.kind) {
    case 'posted':
      return { ...failed(request, { errorType: failure.errorType, message: '' }, 'init'), payload: failure.payload }
    case 'failed':
      return failed(request, failure, failure.outOfMemory ? 'outOfMemory' : 'init')
    case 'timeout':
      return timedOut(request, seconds)
  }
}
