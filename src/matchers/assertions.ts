import type { InvokeFailure, InvokeResult, InvokeSuccess } from '../model/result.ts'
import { toHaveFailed } from './results/to-have-failed.ts'
import { toHaveSucceeded } from './results/to-have-succeeded.ts'
import type { MatcherResult } from './runners/matcher-state.ts'
import { standaloneState } from './runners/standalone-state.ts'

/**
 * Narrows a result to a success.
 * @throws Error with the failure text of `toHaveSucceeded`
 *
 * @example
 * const result = await orders.invoke({ id: 'a1', qty: 2 })
 * assertSucceeded(result)
 * result.payload.total // typed
 */
export function assertSucceeded<R>(result: InvokeResult<R>): asserts result is InvokeSuccess<R> {
  throwUnlessPassed(toHaveSucceeded.call(standaloneState(), result), assertSucceeded)
}

/**
 * Narrows a result to a failure.
 * @throws Error with the failure text of `toHaveFailed`
 *
 * @example
 * assertFailed(result)
 * result.error.errorType // typed
 */
export function assertFailed<R>(result: InvokeResult<R>): asserts result is InvokeFailure {
  throwUnlessPassed(toHaveFailed.call(standaloneState(), result), assertFailed)
}

/** Its error is not Node's AssertionError, because jest would print a text of its own around the message. */
export function throwUnlessPassed({ pass, message }: MatcherResult, caller: (...args: never[]) => unknown): void {
  if (pass) return
  const error = new Error(message())
  Error.captureStackTrace(error, caller)
  throw error
}
