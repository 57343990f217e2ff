import type { LogSource } from '../model/log-source.ts'

/** Where a result came from. */
export interface Origin {
  /** The function's log stream: `toEventuallyLog` on a result reads on in it. */
  readonly source: LogSource
  /** `file:line:column` of the call in the test. */
  readonly calledAt?: string | undefined
}

/** Under which a value has its origin: its own property, or an accessor of its prototype. */
export const ORIGIN: unique symbol = Symbol.for('lambda-fixtures/Origin') as never

/** Notes it on a result, or on the promise of one, so that a failing matcher can name the function and the call. */
export function setOrigin<T extends object>(value: T, origin: Origin): T {
  if (ORIGIN in value) value[ORIGIN] = origin
  else Object.defineProperty(value, ORIGIN, { value: origin, configurable: true })
  return value
}

export function originOf(value: unknown): Origin | undefined {
  return typeof value === 'object' && value !== null ? (value as { [ORIGIN]?: Origin })[ORIGIN] : undefined
}
