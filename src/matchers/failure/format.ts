import type { MatcherState } from '../runners/matcher-state.ts'
import { inline } from './inline.ts'

/** `0.10 ms`, `38 ms`, `1,962 ms`. */
export function milliseconds(ms: number): string {
  return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(2) : Math.round(ms).toLocaleString('en-US')} ms`
}

/** `3.00 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

/** `1 record`, `2 records`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

/** An instance's id, as much of it as a reader can tell apart. */
export function shortId(instance: string): string {
  return instance.slice(0, 8)
}

/** At most so many characters, with the end left out. */
export function brief(text: string, length = 200): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

/** A value in one line, in the runner's colour of what was expected. */
export function expectedText(state: MatcherState, value: unknown, length = 200): string {
  return state.utils.EXPECTED_COLOR(brief(inline(value), length))
}

/** A value in one line, in the runner's colour of what was received. */
export function receivedText(state: MatcherState, value: unknown, length = 200): string {
  return state.utils.RECEIVED_COLOR(brief(inline(value), length))
}
