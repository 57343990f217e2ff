import { AssertionError } from 'node:assert'
import { isDeepStrictEqual, stripVTControlCharacters } from 'node:util'
import { isAsymmetric, isPlain } from '../failure/compare.ts'
import type { MatcherState } from './matcher-state.ts'

/** What matchers need of a runner, where there is none: node:test, and `assertSucceeded` everywhere. Without colours. */
export function standaloneState(isNot = false): MatcherState {
  return { isNot, promise: '', equals, utils: { matcherHint, diff, ...plain } }
}

const plain = { EXPECTED_COLOR: String, RECEIVED_COLOR: String } as const

/** As `toEqual`: `undefined` members don't count, and asymmetric matchers of any library work. */
function equals(a: unknown, b: unknown): boolean {
  if (isAsymmetric(b)) return b.asymmetricMatch(a)
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => equals(item, b[index]))
  if (!isPlain(a) || !isPlain(b)) return isDeepStrictEqual(a, b)
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every(key => equals(a[key], b[key]))
}

function matcherHint(name: string, received = 'result', expected = '', options: { isNot?: boolean } = {}): string {
  return `expect(${received}).${options.isNot ? 'not.' : ''}${name}(${expected})`
}

/** Node's own diff, in the other order, so that `-` is what was expected as with vitest and jest. */
function diff(expected: unknown, received: unknown): string {
  const { message } = new AssertionError({ actual: expected, expected: received, operator: 'deepStrictEqual' })
  const [, , ...lines] = stripVTControlCharacters(message).split('\n')
  const swapped = lines.map(line =>
    line.startsWith('+') ? `-${line.slice(1)}` : line.startsWith('-') ? `+${line.slice(1)}` : line,
  )
  return ['- Expected', '+ Received', ...swapped].join('\n').trimEnd()
}
