/** Thrown by `Sandbox.start` if AWS reports the failure as an error of the function, not of the platform. @see contract 2.5 */
export class EntrypointError extends Error {
  readonly errorType: string

  constructor(errorType: string, message: string) {
    super(message)
    this.errorType = errorType
  }
}

/** Why a program could not be started, in the words of AWS's supervisor, which is a Go program. */
export const START_ERRORS: { readonly EACCES: string; readonly ENOENT: string; readonly ENOEXEC: string } = {
  EACCES: 'permission denied',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
}

/** These words for the `code` of a system error; `undefined` if AWS has none for it. */
export function startErrorOf(cause: unknown): string | undefined {
  const { code = '' } = (cause ?? {}) as { code?: string }
  return code in START_ERRORS ? START_ERRORS[code as keyof typeof START_ERRORS] : undefined
}
