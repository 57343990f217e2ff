/**
 * The one shape of this library's errors: a stable `code`, `data`, `cause`, and a message that says what happened, where,
 * with which data, and what to do. `instanceof` goes by brand, because jest's realms and the ESM and CJS copies of this
 * package each have a class of their own.
 */
export abstract class BrandedError extends Error {
  abstract readonly code: string
  /** What the message was made of, for programs. */
  readonly data: Readonly<Record<string, unknown>>

  constructor(brand: string, message: string, options: { data?: Readonly<Record<string, unknown>>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.data = options.data ?? {}
    Object.defineProperty(this, 'name', { value: brand, configurable: true, writable: true })
    Object.defineProperty(this, brandOf(brand), { value: true })
    Object.defineProperty(this, 'data', { enumerable: false })
  }
}

const brandOf = (brand: string): symbol => Symbol.for(`lambda-fixtures/${brand}`)

/** For `static [Symbol.hasInstance]`: true for an error of that brand from any realm or copy of the package. */
export function hasBrand(value: unknown, brand: string): boolean {
  return typeof value === 'object' && value !== null && brandOf(brand) in value
}
