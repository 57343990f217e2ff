import { AssertionError } from 'node:assert'
import { isDeepStrictEqual, stripVTControlCharacters } from 'node:util'
import { isAsymmetric, isPlain } from '../failure/compare.ts'
import type { MatcherState } from './matcher-state.ts'

/** What matchers need of a runner, for node:test and for `assertSucceeded`. It prints no colours. */
export function standaloneState(isNot = false): MatcherState {
  return { isNot, promise: '', equals, utils: { matcherHint, diff, EXPECTED_COLOR: String, RECEIVED_COLOR: String } }
}

/** As `toEqual`: members that are `undefined` don't count, and asymmetric matchers of any library work. */
function equals(a: unknown, b: unknown): boolean {
  if (isAsymmetric(b)) return b.asymmetricMatch(a)
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => equals(item, b[index]))
  if (!isPlain(a) || !isPlain(b)) return isDeepStrictEqual(a, b)
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every(key => equals(a[key], b[key]))
}

function matcherHint(name: string, received = 'result', expected = '', options: { isNot?: boolean } = {}): string {
  return `expect(${received}).${options.isNot ? 'not.' : ''}${name}(${expected})`
}

/** Node's own diff, with `-` for what was expected, as in vitest and jest. */
function diff(expected: unknown, received: unknown): string {
  const { message } = new AssertionError({ actual: expected, expected: received, operator: 'deepStrictEqual' })
  const [, , ...lines] = stripVTControlCharacters(message).split('\n')
  const swapped = lines.map(line => line.replace(/^[+-]/, sign => (sign === '+' ? '-' : '+')))
  return ['- Expected', '+ Received', ...swapped].join('\n').trimEnd()
}
