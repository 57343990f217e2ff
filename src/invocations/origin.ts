import type { LogSource } from '../model/log-source.ts'

/** Where a result comes from. */
export interface Origin {
  /** The function's log, in which `toEventuallyLog` on a result reads on. */
  readonly source: LogSource
  /** `file:line:column` of the call in the test. */
  readonly calledAt?: string | undefined
}

/** The key of a value's origin: its own property, or an accessor of its prototype. */
export const ORIGIN: unique symbol = Symbol.for('lambda-fixtures/Origin') as never

/** Adds it to a result, or to the promise of one, so that the text of a failing matcher can name the function and the call. */
export function setOrigin<T extends object>(value: T, origin: Origin): T {
  if (ORIGIN in value) value[ORIGIN] = origin
  else Object.defineProperty(value, ORIGIN, { value: origin, writable: true })
  return value
}

export function originOf(value: unknown): Origin | undefined {
  return typeof value === 'object' && value !== null ? (value as { [ORIGIN]?: Origin })[ORIGIN] : undefined
}
