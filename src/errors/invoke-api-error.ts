import { BrandedError, hasBrand } from './branded-error.ts'

/**
 * A request that AWS's Invoke API would refuse before the function sees it. `name` is AWS's, such as `TooManyRequestsException`.
 * @see contract 2.3; https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
export class InvokeApiError extends BrandedError {
  readonly code = 'INVOKE_API_ERROR' as const
  readonly statusCode: number
  readonly requestId: string
  /** AWS's `Reason`, if it sends one. */
  readonly reason?: string

  constructor(name: string, message: string, options: { statusCode: number; requestId: string; reason?: string }) {
    super('InvokeApiError', message, { data: options })
    this.name = name
    this.statusCode = options.statusCode
    this.requestId = options.requestId
    if (options.reason !== undefined) this.reason = options.reason
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, 'InvokeApiError')
  }
}
