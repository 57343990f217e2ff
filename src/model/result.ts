import type { LogRecord } from './log-record.ts'
import type { Report } from './report.ts'

/** A substring or RegExp of the message, or a part of the JSON line (or of its `message`); `level` and `requestId` also match text lines. */
export type LogPattern = string | RegExp | Readonly<Record<string, unknown>>

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

const RESULT: unique symbol = Symbol.for('lambda-fixtures/InvokeResult') as never
const HANDLE: unique symbol = Symbol.for('lambda-fixtures/LambdaHandle') as never

/** Marks a result or a handle, so that matchers of any realm or copy of the package know it. */
export function brand<T extends object>(kind: 'result' | 'handle', value: T): T {
  return Object.defineProperty(value, kind === 'result' ? RESULT : HANDLE, { value: true })
}

export function isInvokeResult(value: unknown): value is InvokeResult {
  return typeof value === 'object' && value !== null && RESULT in value
}

/** A function handle of `lambda()` or `launch()`. */
export function isLambdaHandle(value: unknown): value is LogSource {
  return typeof value === 'function' && HANDLE in value
}

/** What matchers need of a handle; `LambdaHandle` has it. */
export interface LogSource {
  readonly functionName: string
  readonly logs: readonly LogRecord[]
  readonly instances: readonly { readonly id: string; readonly state: string }[]
  followLogs(options?: { signal?: AbortSignal }): AsyncIterable<LogRecord>
}
