/**
 * A clock whose time stands still until a test moves it. A test file puts it below `src/platform/clock.ts` like this:
 *
 *     vi.mock('node:timers', () => import('../support/test-clock.ts'))
 *     vi.mock('node:perf_hooks', () => import('../support/test-clock.ts'))
 *
 * Node's sockets and servers have timers of their own, so they work as usual.
 */
interface Timer {
  readonly callback: () => void
  readonly delay: number
  readonly repeats: boolean
  at: number
  ref(): Timer
  unref(): Timer
}

let time = 1_000_000
const timers = new Set<Timer>()
let onTimer: (() => void)[] = []

function add(callback: () => void, delay: number, repeats: boolean): Timer {
  const timer: Timer = { callback, delay, repeats, at: time + delay, ref: () => timer, unref: () => timer }
  timers.add(timer)
  for (const notify of onTimer.splice(0)) notify()
  return timer
}

export const setTimeout = (callback: () => void, delay = 0): Timer => add(callback, delay, false)
export const setInterval = (callback: () => void, delay = 0): Timer => add(callback, delay, true)
export const clearTimeout = (timer?: Timer): void => void (timer && timers.delete(timer))
export const clearInterval = (timer?: Timer): void => clearTimeout(timer)
export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate
export const performance = { now: (): number => time }

/** Moves the clock on, and calls the timers that are due, in order. */
export function advance(milliseconds: number): void {
  const end = time + milliseconds
  for (let next = first(); next !== undefined && next.at <= end; next = first()) {
    time = Math.max(time, next.at)
    if (next.repeats) next.at += next.delay
    else timers.delete(next)
    next.callback()
  }
  time = end
}

/** Resolves when a timer with this delay is pending, with the time that is left. */
export async function timer(delay: number): Promise<number> {
  for (;;) {
    const found = [...timers].find(each => each.delay === delay)
    if (found !== undefined) return found.at - time
    await new Promise<void>(resolve => onTimer.push(resolve))
  }
}

/** Waits until a timer with this delay is pending, and moves the clock on to its time. */
export async function elapse(delay: number): Promise<void> {
  advance(await timer(delay))
}

function first(): Timer | undefined {
  return [...timers].sort((a, b) => a.at - b.at)[0]
}

/** How many timers are pending. */
export const pending = (): number => timers.size

/** Forgets the timers of the test before. */
export function reset(): void {
  timers.clear()
  onTimer = []
}
