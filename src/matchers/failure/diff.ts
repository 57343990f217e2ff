import { maskSecretsIn } from '../../errors/secrets.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { equal, isAsymmetric, isPlain } from './compare.ts'
import { printExpected, printReceived } from './format-value.ts'

/** The runner's own diff if both values have several lines, otherwise the two values. */
export function diff(state: MatcherState, expected: unknown, received: unknown): string {
  // A diff may colour a part of a secret, and the mask of the whole text would miss it.
  const a = maskSecretsIn(settle(state, expected, received))
  const b = maskSecretsIn(received)
  const text = hasLines(a) && hasLines(b) && Array.isArray(a) === Array.isArray(b) ? state.utils.diff(a, b) : undefined
  return text || `Expected: ${printExpected(state, a)}\nReceived: ${printReceived(state, b)}`
}

const hasLines = (value: unknown): boolean =>
  isPlain(value) || Array.isArray(value) || (typeof value === 'string' && value.includes('\n'))

/** Replaces each asymmetric matcher that matches by the value it matched, so that the diff shows only what differs. */
function settle(state: MatcherState, expected: unknown, received: unknown): unknown {
  if (isAsymmetric(expected)) {
    if (equal(state, received, expected)) return received
    const { sample, inverse } = expected as { sample?: unknown; inverse?: boolean }
    const merges = String(expected) === 'ObjectContaining' && !inverse && isPlain(sample) && isPlain(received)
    return merges ? { ...received, ...(settle(state, sample, received) as object) } : expected
  }
  if (Array.isArray(expected) && Array.isArray(received))
    return expected.map((item, index) => settle(state, item, received[index]))
  if (!isPlain(expected) || !isPlain(received)) return expected
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, settle(state, value, received[key])]))
}
