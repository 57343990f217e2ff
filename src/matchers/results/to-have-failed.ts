import type { RemoteError } from '../../model/result.ts'
import { isAsymmetric, isRegExp, matchesValue } from '../failure/compare.ts'
import { formatValue, printExpected, printReceived } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { FailurePattern, Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'
import type { MatcherState } from '../runners/matcher-state.ts'

const PARTS = ['errorType', 'errorMessage', 'reason'] as const
type Part = (typeof PARTS)[number]

export const toHaveFailed: Matcher<'toHaveFailed'> = resultMatcher('toHaveFailed', (state, result, expected) => {
  const { error } = result
  const pattern = patternOf(expected)
  const wanted = PARTS.filter(part => pattern[part] !== undefined)
  const wrong = error ? wanted.filter(part => !matchesPart(state, error, pattern, part)) : []
  return {
    pass: !result.ok && wrong.length === 0,
    explain: () => {
      const parts = wanted.map(part => `${part} ${printExpected(state, pattern[part])}`)
      const differences = wrong.map(
        part =>
          `Expected ${part}: ${printExpected(state, pattern[part])}\nReceived ${part}: ${printReceived(state, error?.[part])}`,
      )
      return {
        to: parts.length === 0 ? 'fail' : `fail with ${parts.join(', ')}`,
        but: result.ok ? `it returned ${printReceived(state, result.payload)}` : undefined,
        details: differences.join('\n'),
      }
    },
  }
})

function patternOf(expected: unknown): FailurePattern {
  if (expected === undefined) return {}
  if (typeof expected === 'string' || isRegExp(expected) || isAsymmetric(expected)) return { errorMessage: expected }
  const misused = (received: string): Error =>
    usageError('toHaveFailed', 'a string, a RegExp or { errorType, errorMessage, reason }', received)
  if (typeof expected === 'function') {
    const { name } = expected
    throw misused(`the class ${name}: give its name, as in { errorType: '${name}' }`)
  }
  if (typeof expected !== 'object' || expected === null) throw misused(formatValue(expected))
  const unknown = Object.keys(expected).filter(key => !PARTS.includes(key as Part))
  if (unknown.length > 0) throw misused(`an object with ${unknown.join(', ')}`)
  return expected
}

function matchesPart(state: MatcherState, error: RemoteError, pattern: FailurePattern, part: Part): boolean {
  const expected = pattern[part]
  if (part === 'errorMessage' && typeof expected === 'string') return error.errorMessage.includes(expected)
  return matchesValue(state, error[part], expected)
}
