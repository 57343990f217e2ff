import type { LogRecord } from './log-record.ts'
import type { Report } from './report.ts'

/** Why an invocation failed: `error` is what the handler threw, the others come from the platform. */
export type FailureReason = 'error' | 'timeout' | 'exit' | 'init' | 'outOfMemory' | 'responseTooLarge'

export interface RemoteError {
  readonly errorType: string
  readonly errorMessage: string
  /** The frames of Node's `trace` or Python's `stackTrace`, mapped to sources. */
  readonly stackTrace: readonly string[]
  readonly reason: FailureReason
}

/** The members that every result has. */
export interface Invocation {
  readonly requestId: string
  /** The status is 200 even if the function failed, as on AWS. */
  readonly statusCode: number
  readonly executedVersion: string
  /** The bytes of the payload as the function sent them. */
  readonly rawPayload: Uint8Array
  /** The log of this invocation. Lines of the platform have `source: 'platform'`. */
  readonly logs: readonly LogRecord[]
  /** The last 4 KiB of the log, as in `X-Amz-Log-Result`. */
  readonly logTail: string
  readonly report: Report
  /** True if the runtime has not run the handler before, so that its module-level code ran for this invocation. */
  readonly coldStart: boolean
  /** The id of the instance. */
  readonly instance: string
  readonly functionName: string
  /** The name of the backend. */
  readonly backend: string
  /** The content of snapshots: `ok`, `payload` or `error`, and the function's log messages, without what changes from run to run. */
  toJSON(): unknown
}

export interface InvokeSuccess<R = unknown> extends Invocation {
  readonly ok: true
  readonly payload: R
  readonly error?: undefined
  readonly functionError?: undefined
}

export interface InvokeFailure extends Invocation {
  readonly ok: false
  readonly payload?: undefined
  readonly error: RemoteError
  readonly functionError: 'Unhandled' | 'Handled'
}

/** Both kinds have all members, so that destructuring compiles. */
export type InvokeResult<R = unknown> = InvokeSuccess<R> | InvokeFailure

const BRAND: unique symbol = Symbol.for('lambda-fixtures/InvokeResult') as never

/** Marks a result, so that matchers recognise it in any realm and from any copy of the package. */
export function brandResult<T extends object>(result: T): T {
  return Object.defineProperty(result, BRAND, { value: true })
}

export function isInvokeResult(value: unknown): value is InvokeResult {
  return typeof value === 'object' && value !== null && BRAND in value
}
