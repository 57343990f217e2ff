import { performance } from 'node:perf_hooks'
import * as timers from 'node:timers'
import { runInNewContext } from 'node:vm'

// Node's modules, not the globals: a test's fake timers replace those, and jest's `enableGlobally` even does so before this module loads.
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

export interface SleepOptions {
  /** `false`: the process may end while it waits. Default `true`. */
  readonly ref?: boolean
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number, { ref = true }: SleepOptions = {}): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    if (!ref) timer.unref()
  })
}

/** Settles as `promise` does or, when that takes longer than `ms` milliseconds, with what `late` returns or throws. */
export async function within<T, L>(ms: number, promise: Promise<T>, late: () => L | Promise<L>): Promise<T | L> {
  const { promise: timeUp, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  try {
    return await Promise.race([promise, timeUp.then(late)])
  } finally {
    clearTimeout(timer)
  }
}

export interface RetryOptions extends SleepOptions {
  /** Milliseconds to wait after each failure. When they are used up, the last error is thrown. */
  readonly pauses: Iterable<number>
  /** Whether another attempt may help; if not, the error is thrown at once. Default: always. */
  readonly isTransient?: (error: unknown) => boolean
}

/** Calls `attempt` until it succeeds. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { pauses, isTransient = () => true } = options
  const left = pauses[Symbol.iterator]()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isTransient(error)) throw error
      const pause = left.next()
      if (pause.done) throw error
      await sleep(pause.value, options)
    }
  }
}

export interface BackoffOptions {
  /** The first pause, in milliseconds. */
  readonly first: number
  /** No pause is longer. */
  readonly longest: number
  /** How many times as long each pause is as the one before. Default 2. */
  readonly factor?: number
  /** No pause ends later than this many milliseconds from now. Default: there is always another. */
  readonly patience?: number
}

/** Pauses that grow, such as those between the attempts of {@link retry}. */
export function backoff(options: BackoffOptions, clock: () => number = hrnow): Iterable<number> {
  const { first, longest, factor = 2, patience = Number.POSITIVE_INFINITY } = options
  const end = clock() + patience
  return {
    *[Symbol.iterator]() {
      for (let pause = first; clock() + pause <= end; pause = Math.min(pause * factor, longest)) yield pause
    },
  }
}
