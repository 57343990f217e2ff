import { truncateMasked } from '../../errors/secrets.ts'
import { printExpected, printReceived } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { Matcher, StatusPattern } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { bodyText, statusOf } from './http-response.ts'

export const toHaveStatus: Matcher<'toHaveStatus'> = resultMatcher('toHaveStatus', (state, result, expected) => {
  if (!isPattern(expected))
    throw usageError('toHaveStatus', "a status such as 200, several as [200, 201], or a class such as '2xx'")
  const status = statusOf(result.payload)
  return {
    pass: matches(status, expected),
    explain: () => ({
      to: `respond with status ${describePattern(state, expected)}`,
      but: result.ok ? describeResponse(state, result.payload) : undefined,
    }),
  }
})

function isPattern(expected: unknown): boolean {
  if (typeof expected === 'string') return /^[1-5]xx$/.test(expected)
  const statuses = Array.isArray(expected) ? expected : [expected]
  return statuses.length > 0 && statuses.every(status => typeof status === 'number')
}

function matches(status: unknown, expected: StatusPattern): boolean {
  if (typeof status !== 'number') return false
  if (typeof expected === 'string') return Math.floor(status / 100) === Number(expected[0])
  return typeof expected === 'number' ? status === expected : expected.includes(status)
}

function describePattern(state: MatcherState, expected: StatusPattern): string {
  if (typeof expected === 'string') return state.utils.EXPECTED_COLOR(expected)
  return [expected]
    .flat()
    .map(status => printExpected(state, status))
    .join(' or ')
}

function describeResponse(state: MatcherState, payload: unknown): string {
  const status = statusOf(payload)
  if (status === undefined) return `its payload has no statusCode: ${printReceived(state, payload)}`
  const body = bodyText(payload)
  const shown = body ? `and this body:\n${state.utils.RECEIVED_COLOR(truncateMasked(body, 2000))}` : 'without a body'
  const hint = typeof status === 'string' ? ' (a string, not a number)' : ''
  return `it responded with ${printReceived(state, status)}${hint} ${shown}`
}
