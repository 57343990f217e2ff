import type { LogRecord } from './log-record.ts'

/** The part of a function's handle that matchers read its log from. */
export interface LogSource {
  readonly functionName: string
  readonly logs: readonly LogRecord[]
  readonly instances: readonly { readonly id: string; readonly state: string }[]
  followLogs(options?: { signal?: AbortSignal }): AsyncIterable<LogRecord>
}

const BRAND: unique symbol = Symbol.for('lambda-fixtures/LambdaHandle') as never

/** Marks a handle, so that matchers recognise it in any realm and from any copy of the package. */
export function brandHandle<T extends object>(handle: T): T {
  return Object.defineProperty(handle, BRAND, { value: true })
}

/** True for a handle of `lambda()` or `launch()`. */
export function isLambdaHandle(value: unknown): value is LogSource {
  return typeof value === 'function' && BRAND in value
}
