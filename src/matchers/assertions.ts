import type { InvokeFailure, InvokeResult, InvokeSuccess } from '../model/result.ts'
import { toHaveFailed } from './results/to-have-failed.ts'
import { toHaveSucceeded } from './results/to-have-succeeded.ts'
import type { MatcherResult } from './runners/matcher-state.ts'
import { standaloneState } from './runners/standalone-state.ts'

/**
 * Narrows a result, or throws what `toHaveSucceeded` would show.
 *
 * @example
 * const result = await orders.invoke({ id: 'a1', qty: 2 })
 * assertSucceeded(result)
 * result.payload.total // typed
 */
export function assertSucceeded<R>(result: InvokeResult<R>): asserts result is InvokeSuccess<R> {
  demand(toHaveSucceeded.call(standaloneState(), result), assertSucceeded)
}

/**
 * Narrows a result, or throws what `toHaveFailed` would show.
 *
 * @example
 * assertFailed(result)
 * result.error.errorType // typed
 */
export function assertFailed<R>(result: InvokeResult<R>): asserts result is InvokeFailure {
  demand(toHaveFailed.call(standaloneState(), result), assertFailed)
}

function demand({ pass, message }: MatcherResult, caller: (...args: never[]) => unknown): void {
  if (pass) return
  // Not node's AssertionError: jest would print a text of its own around the message.
  const error = new Error(message())
  Error.captureStackTrace(error, caller)
  throw error
}
