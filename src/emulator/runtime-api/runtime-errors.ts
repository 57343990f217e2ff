import { RESPONSE_LIMIT } from '../../model/payload-limits.ts'
import type { RuntimeExit } from '../environment/sandbox.ts'

/** An error that AWS's platform reports, not the runtime. */
export interface PlatformError {
  readonly errorType: string
  /** The text after `RequestId: <id> Error: `. */
  readonly message: string
}

/** The payload that AWS sends in place of the runtime's. @see contract 2.5 */
export function platformPayload(requestId: string, error: PlatformError): Buffer {
  return Buffer.from(
    JSON.stringify({ errorType: error.errorType, errorMessage: `RequestId: ${requestId} Error: ${error.message}` }),
  )
}

/** @see contract 2.5 */
export function timeoutError(seconds: number): PlatformError {
  return { errorType: 'Sandbox.Timedout', message: `Task timed out after ${seconds.toFixed(2)} seconds` }
}

/** Unlike other payloads of the platform, it begins with `errorMessage` and has no request id. @see contract 2.5 */
export const RESPONSE_TOO_LARGE_PAYLOAD: Buffer = Buffer.from(
  JSON.stringify({
    errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`,
    errorType: 'Function.ResponseSizeTooLarge',
  }),
)

/** The names of signals in Go, which AWS's messages use. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGILL: 'illegal instruction',
  SIGTRAP: 'trace/breakpoint trap',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGKILL: 'killed',
  SIGUSR1: 'user defined signal 1',
  SIGSEGV: 'segmentation fault',
  SIGUSR2: 'user defined signal 2',
  SIGPIPE: 'broken pipe',
  SIGALRM: 'alarm clock',
  SIGTERM: 'terminated',
}

/** @see contract 2.5 */
export function exitError(exit: RuntimeExit): PlatformError {
  const errorType = exit.outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError'
  if (exit.signal !== null) {
    return { errorType, message: `Runtime exited with error: signal: ${SIGNALS[exit.signal] ?? exit.signal}` }
  }
  if (exit.code === 0) return { errorType, message: 'Runtime exited without providing a reason' }
  return { errorType, message: `Runtime exited with error: exit status ${exit.code}` }
}

/** What AWS writes into logs and telemetry for the error type that a runtime has sent. @see contract 1.5 */
export function scrubErrorType(errorType: string | undefined): string {
  if (errorType !== undefined) {
    if (/(Runtime|Function)\.[A-Z][a-zA-Z]+/.test(errorType)) return errorType
    if (errorType.startsWith('Function.')) return 'Function.Unknown'
  }
  return 'Runtime.Unknown'
}
