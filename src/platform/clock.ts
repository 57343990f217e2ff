import { performance } from 'node:perf_hooks'
import * as timers from 'node:timers'
import { runInNewContext } from 'node:vm'

// Node's modules, not the globals: a test's fake timers replace those, jest's `enableGlobally` even before this module is loaded.
export const setTimeout: typeof globalThis.setTimeout = timers.setTimeout
export const clearTimeout: typeof globalThis.clearTimeout = timers.clearTimeout
export const setInterval: typeof globalThis.setInterval = timers.setInterval
export const clearInterval: typeof globalThis.clearInterval = timers.clearInterval
export const setImmediate: typeof globalThis.setImmediate = timers.setImmediate
/** Milliseconds since the epoch. */
export const now: () => number = isNative(Date.now) ? Date.now : (runInNewContext('Date.now') as () => number)
/** Milliseconds of a clock that never steps. */
export const hrnow: () => number = performance.now.bind(performance)

function isNative(clock: () => number): boolean {
  return /\[native code\]\s*\}$/.test(Function.prototype.toString.call(clock))
}
