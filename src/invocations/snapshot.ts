import type { LogRecord } from '../model/log-record.ts'
import type { InvokeResult } from '../model/result.ts'

/** What a snapshot of a result holds. */
export type ResultSnapshot =
  | { readonly ok: true; readonly payload: unknown; readonly logs: readonly string[] }
  | {
      readonly ok: false
      readonly error: { readonly errorType: string; readonly errorMessage: string; readonly reason: string }
      readonly logs: readonly string[]
    }

/**
 * The part of a result that is the same in every run: no ids, times or paths. The runtime's own report of an uncaught error is left
 * out, because it repeats `error` with a stack whose paths change.
 */
export function snapshotOf(result: InvokeResult): ResultSnapshot {
  const logs = result.logs
    .filter(record => record.source === 'function' && !isErrorReport(record))
    .map(record => record.message.trimEnd().replaceAll(result.requestId, '<requestId>'))
  if (result.ok) return { ok: true, payload: result.payload, logs }
  const { errorType, errorMessage, reason } = result.error
  return { ok: false, error: { errorType, errorMessage: errorMessage.replaceAll(result.requestId, '<requestId>'), reason }, logs }
}

/** As AWS's runtime interface clients for Node.js and Python begin it. */
const NODE_REPORT = /^(Invoke Error|Init Error|Uncaught Exception|Unhandled Promise Rejection)\s/
const PYTHON_REPORT = /^\[ERROR\] [^\r\n]*[\r\n]Traceback/

function isErrorReport(record: LogRecord): boolean {
  return NODE_REPORT.test(record.message) || PYTHON_REPORT.test(record.raw)
}
