import { maskSecrets } from './secrets.ts'

/**
 * The base of this library's errors. They have a stable `code`, `data`, `cause`, and a message that says what happened, where, with
 * which data, and what to do. `instanceof` goes by a brand, because each realm of jest and each copy of this package (ESM, CJS) has
 * classes of its own.
 */
export abstract class BrandedError extends Error {
  abstract readonly code: string
  /** The values in the message, for programs. */
  readonly data: Readonly<Record<string, unknown>>

  /** Secrets in the message are masked. */
  constructor(brand: string, message: string, options: { data?: Readonly<Record<string, unknown>>; cause?: unknown } = {}) {
    super(maskSecrets(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.data = options.data ?? {}
    Object.defineProperty(this, 'name', { value: brand, configurable: true, writable: true })
    Object.defineProperty(this, brandOf(brand), { value: true })
    Object.defineProperty(this, 'data', { enumerable: false })
  }
}

const brandOf = (brand: string): symbol => Symbol.for(`lambda-fixtures/${brand}`)

/** For `static [Symbol.hasInstance]`: true for an error of this brand from any realm or copy of the package. */
export function hasBrand(value: unknown, brand: string): boolean {
  return typeof value === 'object' && value !== null && brandOf(brand) in value
}
