import { BrandedError, hasBrand } from './branded-error.ts'
import type { ErrorCode } from './error-codes.ts'

/** The stable codes of {@link RuntimeError}, listed in docs/errors.md. A backend of a third party may have other codes. */
export type RuntimeErrorCode = ErrorCode | (string & {})

/**
 * An error outside the function: in a backend, a bundle or a launch. The message says what happened, where, and what to do.
 *
 * @example
 * await expect(launch({ entry: './missing.ts' })).rejects.toMatchObject({ code: 'BUNDLE_FAILED' })
 */
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
