import { dirname } from 'node:path'
import { maskSecrets, maskSecretsIn } from '../errors/secrets.ts'
import type { InvokeResult } from '../model/result.ts'
import { isErrorReport } from './readable-record.ts'

/** A frame of a runtime or of Node's internals. */
export const INTERNAL_FRAME: RegExp = /^\s+at (node:|.*\(node:|.*[/\\]runtimes[/\\]nodejs[/\\]|.*\/var\/runtime\/)/
const RUNTIME_FOLDER = /[^\s:"'()=]{0,300}[/\\]runtimes[/\\](nodejs|python)\b/g

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
export function snapshotOf(result: InvokeResult, taskRoot: string): ResultSnapshot {
  const steady = (text: string): string => maskSecrets(withPathsOfAws(text, taskRoot).replaceAll(result.requestId, '<requestId>'))
  const logs = result.logs
    .filter(record => record.source === 'function' && !isErrorReport(record))
    .map(record => steady(record.message.trimEnd()))
  if (result.ok) return { ok: true, payload: maskSecretsIn(result.payload), logs }
  const { errorType, errorMessage, reason } = result.error
  return { ok: false, error: { errorType, errorMessage: steady(errorMessage), reason }, logs }
}

/** Paths are shown as they are in a container, on every backend, because the folders of the process backend change from run to run. */
function withPathsOfAws(text: string, taskRoot: string): string {
  const lines = text.split('\n').filter(line => !INTERNAL_FRAME.test(line))
  const own = lines.join('\n').replaceAll(RUNTIME_FOLDER, '/var/runtime')
  if (taskRoot === '/var/task') return own
  const root = dirname(taskRoot)
  return own.replaceAll(taskRoot, '/var/task').replaceAll(`${root}/opt`, '/opt').replaceAll(`${root}/tmp`, '/tmp')
}
