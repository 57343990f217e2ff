import { RuntimeError } from '../../../errors/runtime-error.ts'

/** The place is gone: `reason` completes "The container is lost: ". */
export function instanceLost(reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError('INSTANCE_LOST', `The container is lost: ${reason}.`, cause === undefined ? {} : { cause })
}

/** What the reopening gave up with. */
export function asInstanceLost(cause: unknown, patience: number): RuntimeError {
  if (cause instanceof RuntimeError && cause.code === 'INSTANCE_LOST') return cause
  const detail = cause instanceof Error ? ` (${cause.message})` : ''
  return instanceLost(`no stream to its init could be opened for ${patience} ms${detail}`, cause)
}
