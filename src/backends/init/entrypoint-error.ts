import { EntrypointError, startErrorOf } from '../../emulator/environment/entrypoint-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { StartCommand } from './init-control.ts'

/** The error of the function that AWS reports when its runtime can't be started, if `error` is one. @see contract 2.5 */
export function entrypointError(error: unknown, { workingDirectory }: StartCommand): EntrypointError | undefined {
  if (!(error instanceof RuntimeError) || error.code !== 'INVALID_ENTRYPOINT') return undefined
  const reason = startErrorOf(error.cause)
  if (workingDirectory !== undefined && error.message.startsWith(`${workingDirectory}: `)) {
    return new EntrypointError('Runtime.InvalidWorkingDir', `chdir ${workingDirectory}: ${reason ?? error.message}`)
  }
  // The init names the program: `/var/task/bootstrap: Exec format error`.
  const program = /^(\/.*): [^:]+$/.exec(error.message)?.[1]
  const message = reason === undefined || program === undefined ? error.message : `fork/exec ${program}: ${reason}`
  return new EntrypointError('Runtime.InvalidEntrypoint', message)
}
