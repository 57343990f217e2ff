import { BrandedError, hasBrand } from './branded-error.ts'

/** Stable codes of {@link RuntimeError}. */
export type RuntimeErrorCode =
  | 'NO_BACKEND'
  | 'BACKEND_UNAVAILABLE'
  | 'UNSUPPORTED_RUNTIME'
  | 'UNSUPPORTED_OPTION'
  | 'NO_CODE_ZIP'
  | 'ZIP_EXTRACTION_FAILED'
  | 'CODE_READ_FAILED'
  | 'BUNDLE_FAILED'
  | 'LAZY_OPTION_FAILED'
  | 'INSTANCE_START_FAILED'
  | 'INSTANCE_LOST'
  | 'INVOCATION_FAILED'
  | 'INVOCATION_ABORTED'
  | 'IMAGE_PULL_FAILED'
  | 'IMAGE_BUILD_FAILED'
  | 'LAUNCH_TIMEOUT'
  | 'NOT_LAUNCHED'
  | 'TERMINATED'
  | 'NO_RUNNER'
  | 'MISSING_PEER'
  | (string & {})

/** What goes wrong outside the function: a backend, a bundle, a launch. The message names the backend, the reason and the way out. */
export class RuntimeError extends BrandedError {
  readonly code: RuntimeErrorCode

  constructor(
    code: RuntimeErrorCode,
    message: string,
    options: { data?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super('RuntimeError', message, options)
    this.code = code
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, 'RuntimeError')
  }
}
