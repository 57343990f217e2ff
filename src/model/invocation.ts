import type { LogRecord } from './log-record.ts'
import type { Report } from './report.ts'
import type { FailureReason } from './result.ts'

/** One event on its way to a runtime. */
export interface InvocationRequest {
  /** A UUID. */
  readonly requestId: string
  readonly payload: Uint8Array
  /** Ends in `:qualifier` only if the caller gave one. */
  readonly invokedFunctionArn: string
  readonly executedVersion: string
  /** JSON text. */
  readonly clientContext?: string | undefined
  readonly traceId?: string
  /** Milliseconds that are left of the function's timeout. Default: all of it. */
  readonly remainingTime?: number | undefined
  /** Aborts the invocation: the runtime is stopped and the environment is reset. */
  readonly signal?: AbortSignal | undefined
}

/** The outcome of an invocation: the response's bytes and the log, as AWS returns them. */
export interface InvocationOutcome {
  readonly payload: Uint8Array
  /** The `Content-Type` that the runtime sent. */
  readonly contentType: string
  readonly functionError?: 'Unhandled' | undefined
  readonly reason?: FailureReason | undefined
  readonly logs: readonly LogRecord[]
  readonly logTail: string
  readonly report: Report
  readonly coldStart: boolean
}
