import { equal, isRegExp, matchesRegExp } from '../failure/compare.ts'
import { formatValue, printExpected, printReceived } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { headersOf } from './http-response.ts'

export const toHaveHeader: Matcher<'toHaveHeader'> = resultMatcher('toHaveHeader', (state, result, name, value) => {
  if (typeof name !== 'string')
    throw usageError('toHaveHeader', "the header's name first, as in toHaveHeader('content-type', /json/)", formatValue(name))
  const headers = headersOf(result.payload)
  const values = headers.get(name.toLowerCase()) ?? []
  return {
    pass: values.length > 0 && (value === undefined || values.some(one => matchesHeader(state, one, value))),
    explain: () => ({
      to: `respond with header ${name}${value === undefined ? '' : `: ${printExpected(state, value)}`}`,
      but: result.ok ? describeHeaders(state, headers, values) : undefined,
    }),
  }
})

function matchesHeader(state: MatcherState, actual: string, expected: unknown): boolean {
  if (isRegExp(expected)) return matchesRegExp(expected, actual)
  return equal(state, actual, typeof expected === 'number' ? String(expected) : expected)
}

function describeHeaders(state: MatcherState, headers: ReadonlyMap<string, string[]>, values: readonly string[]): string {
  if (values.length > 0) return `its value is ${values.map(value => printReceived(state, value)).join(', ')}`
  return headers.size === 0 ? 'the response has no headers' : `the response has only ${[...headers.keys()].sort().join(', ')}`
}
