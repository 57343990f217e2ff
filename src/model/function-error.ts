import { BrandedError, hasBrand } from '../errors/branded-error.ts'
import { maskSecrets } from '../errors/secrets.ts'
import type { InvokeFailure } from './result.ts'

/**
 * Thrown by `await fn(event)` when the function fails. The message is `errorType: errorMessage` and nothing else, so it fits into a
 * snapshot. The stack has the function's own frames, mapped to its sources, and then those of the test.
 * Secrets are masked, but not in `result`.
 *
 * @example
 * await expect(orders({ qty: 0 })).rejects.toThrow('ValidationError: qty must be > 0')
 */
export class FunctionError extends BrandedError {
  readonly code = 'FUNCTION_ERROR' as const
  readonly errorType: string
  readonly errorMessage: string
  readonly result: InvokeFailure

  constructor(result: InvokeFailure, options: { cause?: unknown } = {}) {
    const { errorType, errorMessage } = result.error
    super('FunctionError', errorType ? `${errorType}: ${errorMessage}` : errorMessage, options)
    this.errorType = errorType
    this.errorMessage = maskSecrets(errorMessage)
    this.result = result
    Object.defineProperty(this, 'result', { enumerable: false })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, 'FunctionError')
  }
}
