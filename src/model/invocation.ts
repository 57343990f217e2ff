import type { LogRecord } from './log-record.ts'
import type { Report } from './report.ts'
import type { FailureReason } from './result.ts'

/** One event on its way to a runtime. */
export interface InvocationRequest {
  /** A UUID. */
  readonly requestId: string
  readonly payload: Uint8Array
  /** As invoked: with `:qualifier` only if the caller gave one. */
  readonly invokedFunctionArn: string
  readonly executedVersion: string
  /** Decoded JSON text. */
  readonly clientContext?: string | undefined
  readonly traceId?: string
  /** Milliseconds that are left of the timeout; default all of it. */
  readonly remainingTime?: number | undefined
  /** Gives up: the runtime is ended and the environment reset. */
  readonly signal?: AbortSignal | undefined
}

/** What came of it, in bytes and lines as AWS has them. */
export interface InvocationOutcome {
  readonly payload: Uint8Array
  /** As the runtime sent it. */
  readonly contentType: string
  readonly functionError?: 'Unhandled' | undefined
  readonly reason?: FailureReason | undefined
  readonly logs: readonly LogRecord[]
  readonly logTail: string
  readonly report: Report
  readonly coldStart: boolean
}
