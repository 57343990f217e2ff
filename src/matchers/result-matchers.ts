import type { LogLevel } from '../model/log-record.ts'
import type { FailureReason } from '../model/result.ts'
import type { LogPattern } from './logs/log-pattern.ts'

/** Parts of a function's error. A string is the whole `errorType`, or a part of the `errorMessage`; RegExps and asymmetric matchers work in both. */
export interface FailurePattern {
  errorType?: unknown
  errorMessage?: unknown
  reason?: FailureReason
}

/** An HTTP status, several, or a class of them. */
export type StatusPattern = number | readonly number[] | '2xx' | '3xx' | '4xx' | '5xx'

export interface LoggedOptions {
  /** Exactly so many records. Default: at least one. */
  times?: number
  level?: LogLevel
  /** Also looks at START, END, REPORT and other lines of the platform. */
  platform?: boolean
}

export interface EventuallyLogOptions {
  /** Ms to wait. Default 2000; with `.not`, which always waits all of it, 250. */
  timeout?: number
  /** Since when records count. Default: `'test'` on a function, the invocation's begin on a result. */
  since?: 'test' | 'launch' | Date
}

/** A schema of zod, valibot, arktype or any other library that has Standard Schema v1. */
export interface StandardSchema {
  readonly '~standard': { readonly vendor: string }
}

/** On a result; synchronous; usable asymmetrically, as in `expect(results).toEqual([expect.toHaveSucceeded()])`. */
export interface ResultMatchers<R> {
  /**
   * @example
   * expect(await orders.invoke({ id: 'a1', qty: 2 })).toHaveSucceeded()
   */
  toHaveSucceeded(): R
  /**
   * A string or RegExp is for the message; an object for its parts.
   * @example
   * expect(result).toHaveFailed('qty must be > 0')
   * expect(result).toHaveFailed({ errorType: 'ValidationError', errorMessage: /qty/ })
   */
  toHaveFailed(expected?: string | RegExp | FailurePattern): R
  toHaveTimedOut(): R
  /**
   * Exact, as `toEqual`; use `expect.objectContaining` for a part.
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
   * The `statusCode` that an HTTP handler answered.
   * @example
   * expect(result).toHaveStatus('2xx')
   */
  toHaveStatus(status: StatusPattern): R
  /**
   * Names in any case; `headers`, `multiValueHeaders` and `cookies` (as `set-cookie`). One of several values is enough.
   * @example
   * expect(result).toHaveHeader('content-type', /json/)
   */
  toHaveHeader(name: string, value?: unknown): R
  /** The body of an HTTP answer, decoded and parsed; exact, as `toEqual`. */
  toHaveJsonBody(expected: unknown): R
  /**
   * The partial batch response of a queue's or stream's handler, in any order.
   * @example
   * expect(await batch.invoke(sqs([{ id: 1 }, { bad: true }]))).toHaveBatchItemFailures(['message-1'])
   */
  toHaveBatchItemFailures(ids: readonly string[]): R
  /**
   * On a result: what that invocation logged. Also on an array of log records.
   * @example
   * expect(result).toHaveLogged({ level: 'INFO', message: /accepted/ }, { times: 1 })
   */
  toHaveLogged(pattern: LogPattern, options?: LoggedOptions): R
  /** Each after the one before, others may be between. Also on an array of log records. */
  toHaveLoggedInOrder(patterns: readonly LogPattern[]): R
  toHaveColdStarted(): R
  /** Ms of the handler; the init of a cold start doesn't count. */
  toHaveCompletedWithin(ms: number): R
  /** MB at the peak. A backend that doesn't measure makes it throw, for both polarities. */
  toHaveUsedMemoryBelow(mb: number): R
}

/** On a handle or a result; asynchronous. */
export interface StreamMatchers {
  /**
   * A handle: since the current test began. A result: since that invocation began, that instance.
   * @example
   * await expect(orders).toEventuallyLog(/shipped/, { timeout: 5_000 })
   */
  toEventuallyLog(pattern: LogPattern, options?: EventuallyLogOptions): Promise<void>
}

/** On a session; asynchronous. */
export interface SessionMatchers {
  /**
   * Nothing that this file launched is there any more, nor anything of a worker of this run that has died.
   * @example
   * afterAll(async () => {
   *   await expect(session()).toHaveLeftNoInstances()
   * })
   */
  toHaveLeftNoInstances(): Promise<void>
}
