import type { MatcherState } from '../runners/matcher-state.ts'

/** Compares like the runner's `toEqual`. */
export function equal(state: MatcherState, actual: unknown, expected: unknown): boolean {
  const testers = [...(state.customTesters ?? [])]
  if (state.utils.iterableEquality) testers.push(state.utils.iterableEquality)
  return state.equals(actual, expected, testers)
}

/** A string against a RegExp, everything else as {@link equal}. */
export function matchesValue(state: MatcherState, actual: unknown, expected: unknown): boolean {
  if (isRegExp(expected)) return typeof actual === 'string' && matchesRegExp(expected, actual)
  return equal(state, actual, expected)
}

/** Compares the tag, because a RegExp of jest's realm is not an instance of ours. */
export function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]'
}

/** A copy starts at the beginning of the text, while a `g` or `y` RegExp starts where its last match ended. */
export function matchesRegExp(pattern: RegExp, text: string): boolean {
  return new RegExp(pattern).test(text)
}

export function isAsymmetric(value: unknown): value is { asymmetricMatch(other: unknown): boolean } {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>).asymmetricMatch === 'function'
}

/** True for an object that is not an array, a RegExp, an asymmetric matcher or an instance of a class. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]' && !isAsymmetric(value)
}
