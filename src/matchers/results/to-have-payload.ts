import { equal } from '../failure/compare.ts'
import { diff } from '../failure/diff.ts'
import { printExpected } from '../failure/format-value.ts'
import { parseBody } from '../http/http-response.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

export const toHavePayload: Matcher<'toHavePayload'> = resultMatcher('toHavePayload', (state, result, expected) => ({
  pass: result.ok && equal(state, result.payload, expected),
  explain: () => {
    if (!result.ok) return { to: 'return a payload' }
    if (state.isNot) return { to: `return ${printExpected(state, expected)}` }
    const body = parseBody(result.payload)
    const isBody = 'json' in body && equal(state, body.json, expected)
    return {
      to: 'return this payload',
      but: isBody ? 'only the body of its response equals it: use toHaveJsonBody' : 'it returned another one',
      details: diff(state, expected, result.payload),
    }
  },
}))
