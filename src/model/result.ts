import type { LogRecord } from './log-record.ts'
import type { Report } from './report.ts'

/** How an invocation failed: what the handler threw, or what the platform did. */
export type FailureReason = 'error' | 'timeout' | 'exit' | 'init' | 'outOfMemory' | 'responseTooLarge'

export interface RemoteError {
  readonly errorType: string
  readonly errorMessage: string
  /** Frames, mapped to sources; Node's `trace` and Python's `stackTrace` alike. */
  readonly stackTrace: readonly string[]
  readonly reason: FailureReason
}

/** What every invocation has, failed or not. */
export interface Invocation {
  readonly requestId: string
  /** 200, also for a function's own error, as on AWS. */
  readonly statusCode: number
  readonly executedVersion: string
  /** The payload's bytes as the function sent them. */
  readonly rawPayload: Uint8Array
  /** What this invocation logged; platform lines have `source: 'platform'`. */
  readonly logs: readonly LogRecord[]
  /** The last 4 KiB, as `X-Amz-Log-Result` has it. */
  readonly logTail: string
  readonly report: Report
  /** True if the runtime had not run the handler before: its module-level code ran for this invocation. */
  readonly coldStart: boolean
  /** The instance's id. */
  readonly instance: string
  /** The function's name. */
  readonly functionName: string
  /** The backend that ran it. */
  readonly backend: string
  /** What snapshots hold: `ok`, `payload` or `error`, and own log messages; nothing that changes from run to run. */
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

/** Standard shape: all members are there in both cases, so that destructuring compiles. */
export type InvokeResult<R = unknown> = InvokeSuccess<R> | InvokeFailure

const BRAND: unique symbol = Symbol.for('lambda-fixtures/InvokeResult') as never

/** Marks a result, so that matchers recognise it in any realm and from any copy of the package. */
export function brandResult<T extends object>(result: T): T {
  return Object.defineProperty(result, BRAND, { value: true })
}

export function isInvokeResult(value: unknown): value is InvokeResult {
  return typeof value === 'object' && value !== null && BRAND in value
}
