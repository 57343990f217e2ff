import { maskSecrets } from '../errors/secrets.ts'
import type { InvokeResult } from '../model/result.ts'
import { isErrorReport } from './readable-record.ts'

/** The content of a snapshot of a result. */
export type ResultSnapshot =
  | { readonly ok: true; readonly payload: unknown; readonly logs: readonly string[] }
  | {
      readonly ok: false
      readonly error: { readonly errorType: string; readonly errorMessage: string; readonly reason: string }
      readonly logs: readonly string[]
    }

/**
 * The part of a result that is the same in every run, without ids, times and paths. The runtime's report of an error is left out,
 * because it repeats `error` with a stack whose paths change.
 */
export function snapshotOf(result: InvokeResult): ResultSnapshot {
  const steady = (text: string): string => maskSecrets(text.replaceAll(result.requestId, '<requestId>'))
  const logs = result.logs
    .filter(record => record.source === 'function' && !isErrorReport(record))
    .map(record => steady(record.message.trimEnd()))
  if (result.ok) return { ok: true, payload: result.payload, logs }
  const { errorType, errorMessage, reason } = result.error
  return { ok: false, error: { errorType, errorMessage: steady(errorMessage), reason }, logs }
}
