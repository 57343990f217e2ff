// Taken at import, because a test's fake timers replace the globals later and must never reach this library.
const timers = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
}
const DateNow = Date.now
const performanceNow = performance.now.bind(performance)

export const setTimeout: typeof globalThis.setTimeout = timers.setTimeout
export const clearTimeout: typeof globalThis.clearTimeout = timers.clearTimeout
export const setInterval: typeof globalThis.setInterval = timers.setInterval
export const clearInterval: typeof globalThis.clearInterval = timers.clearInterval
export const setImmediate: typeof globalThis.setImmediate = timers.setImmediate
/** Milliseconds since the epoch. */
export const now: () => number = DateNow
/** Milliseconds of a clock that never steps. */
export const hrnow: () => number = performanceNow
