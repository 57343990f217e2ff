import { RuntimeError } from '../../../errors/runtime-error.ts'

/** The container or pod can't be used any more: `reason` completes "The container is lost: ". */
export function instanceLost(reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError('INSTANCE_LOST', `The container is lost: ${reason}.`, cause === undefined ? {} : { cause })
}

export function isInstanceLost(error: unknown): error is RuntimeError {
  return error instanceof RuntimeError && error.code === 'INSTANCE_LOST'
}
