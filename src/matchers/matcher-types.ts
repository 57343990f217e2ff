import type { LogLevel } from '../model/log-record.ts'
import type { FailureReason } from '../model/result.ts'
import type { LogPattern } from './logs/log-pattern.ts'
import type { MatcherResult, MatcherState } from './runners/matcher-state.ts'

/** Parts of a function's error. A string is the whole `errorType`, or a part of the `errorMessage`. RegExps and asymmetric matchers work in both. */
export interface FailurePattern {
  errorType?: unknown
  errorMessage?: unknown
  reason?: FailureReason
}

/** An HTTP status, several, or a class of them. */
export type StatusPattern = number | readonly number[] | '2xx' | '3xx' | '4xx' | '5xx'

export interface LoggedOptions {
  /** The exact number of records. Default: at least one. */
  times?: number
  level?: LogLevel
  /** Search START, END, REPORT and other lines of the platform, too. */
  platform?: boolean
}

export interface EventuallyLogOptions {
  /** The longest wait, in ms. Default: 2000. With `.not`, which always waits this long, 250. */
  timeout?: number
  /** Records before this moment do not count. Default: `'test'` for a function, the start of the invocation for a result. */
  since?: 'test' | 'launch' | Date
}

/** A schema of zod, valibot, arktype or any other library that implements Standard Schema v1. */
export interface StandardSchema {
  readonly '~standard': { readonly vendor: string }
}

/** Matchers for the result of an invocation. They also work asymmetrically, as in `expect(results).toEqual([expect.toHaveSucceeded()])`. */
export interface ResultMatchers<R> {
  /**
   * @example
   * expect(await orders.invoke({ id: 'a1', qty: 2 })).toHaveSucceeded()
   */
  toHaveSucceeded(): R
  /**
   * A string or RegExp is compared with the message, an object with the parts of the error.
   * @example
   * expect(result).toHaveFailed('qty must be > 0')
   * expect(result).toHaveFailed({ errorType: 'ValidationError', errorMessage: /qty/ })
   */
  toHaveFailed(expected?: string | RegExp | FailurePattern): R
  toHaveTimedOut(): R
  /**
   * The whole payload, compared as by `toEqual`. Use `expect.objectContaining` for a part of it.
   * @example
   * expect(result).toHavePayload({ id: 'a1', total: expect.any(Number) })
   */
  toHavePayload(expected: unknown): R
  /**
   * @example
   * expect(result).toHavePayloadMatching(z.object({ total: z.number() }))
   */
  toHavePayloadMatching(schema: StandardSchema): R
  /**
   * The `statusCode` that an HTTP handler returned.
   * @example
   * expect(result).toHaveStatus('2xx')
   */
  toHaveStatus(status: StatusPattern): R
  /**
   * Looks in `headers`, `multiValueHeaders` and `cookies` (as `set-cookie`), in any letter case. One of several values is enough.
   * @example
   * expect(result).toHaveHeader('content-type', /json/)
   */
  toHaveHeader(name: string, value?: unknown): R
  /** The body of an HTTP response, decoded and parsed, compared as by `toEqual`. */
  toHaveJsonBody(expected: unknown): R
  /**
   * The ids in the partial batch response of a queue's or stream's handler, in any order.
   * @example
   * expect(await batch.invoke(sqs([{ id: 1 }, { bad: true }]))).toHaveBatchItemFailures(['message-1'])
   */
  toHaveBatchItemFailures(ids: readonly string[]): R
  /**
   * On a result: what this invocation logged. Also takes an array of log records.
   * @example
   * expect(result).toHaveLogged({ level: 'INFO', message: /accepted/ }, { times: 1 })
   */
  toHaveLogged(pattern: LogPattern, options?: LoggedOptions): R
  /** Each pattern matches a later record than the one before. There may be others in between. Also takes an array of log records. */
  toHaveLoggedInOrder(patterns: readonly LogPattern[]): R
  toHaveColdStarted(): R
  /** The duration of the handler in ms, without the init phase of a cold start. */
  toHaveCompletedWithin(ms: number): R
  /** The peak in MB. Throws, with `.not` too, if the backend does not measure memory. */
  toHaveUsedMemoryBelow(mb: number): R
}

/** Asynchronous matchers for a handle or a result. */
export interface StreamMatchers {
  /**
   * On a handle: since the current test began. On a result: since this invocation began, on its instance.
   * @example
   * await expect(orders).toEventuallyLog(/shipped/, { timeout: 5_000 })
   */
  toEventuallyLog(pattern: LogPattern, options?: EventuallyLogOptions): Promise<void>
}

/** Asynchronous matchers for a session. */
export interface SessionMatchers {
  /**
   * Nothing that this file launched still exists, nor anything that a dead worker of this run launched.
   * @example
   * afterAll(async () => {
   *   await expect(session()).toHaveLeftNoInstances()
   * })
   */
  toHaveLeftNoInstances(): Promise<void>
}

export type AllMatchers = ResultMatchers<void> & StreamMatchers & SessionMatchers

/** The function behind a matcher, as `expect.extend` takes it. */
export type Matcher<Name extends keyof AllMatchers> = (
  this: MatcherState,
  received: unknown,
  ...args: Parameters<AllMatchers[Name]>
) => ReturnType<AllMatchers[Name]> extends Promise<void> ? Promise<MatcherResult> : MatcherResult
