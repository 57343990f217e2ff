import type { LogSource } from './result.ts'

/** Where a result came from. */
export interface Origin {
  /** The function's log stream: `toEventuallyLog` on a result reads on in it. */
  readonly source: LogSource
  /** `file:line:column` of the call in the test. */
  readonly calledAt?: string | undefined
}

const ORIGIN: unique symbol = Symbol.for('lambda-fixtures/Origin') as never

/** Notes it on a result, or on the promise of one, so that a failing matcher can name the function and the call. */
export function setOrigin<T extends object>(value: T, origin: Origin): T {
  return Object.defineProperty(value, ORIGIN, { value: origin, configurable: true })
}

export function originOf(value: unknown): Origin | undefined {
  return typeof value === 'object' && value !== null ? (value as { [ORIGIN]?: Origin })[ORIGIN] : undefined
}
