import type { InvokeSuccess } from '../../model/result.ts'
import { isPlain } from '../failure/compare.ts'
import { expectedText, receivedText } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { StatusPattern } from '../result-matchers.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { bodyText } from './http-answer.ts'

export function toHaveStatus(this: MatcherState, received: unknown, expected: StatusPattern): MatcherResult {
  const matcher = 'toHaveStatus'
  const result = takeResult(matcher, received)
  checkPattern(matcher, expected)
  const status = result.ok && isPlain(result.payload) ? result.payload.statusCode : undefined
  return verdict(this, {
    matcher,
    args: [expected],
    result,
    pass: matches(status, expected),
    explain: () => {
      const wanted = `Expected ${result.functionName} ${this.isNot ? 'not to' : 'to'} answer with status ${describe(this, expected)}`
      if (!result.ok) return { sentence: `${wanted}, but it ${failureOutcome(result)}`, marked: failureLines(result) }
      return { sentence: `${wanted}, but ${answered(this, result, status)}` }
    },
  })
}

function checkPattern(matcher: string, expected: unknown): void {
  const statuses = Array.isArray(expected) ? expected : [expected]
  const fits = statuses.length > 0 && statuses.every(status => typeof status === 'number')
  if (!fits && !(typeof expected === 'string' && /^[1-5]xx$/.test(expected))) {
    throw usageError(matcher, "takes a status such as 200, several as [200, 201], or a class as '2xx'")
  }
}

function matches(status: unknown, expected: StatusPattern): boolean {
  if (typeof status !== 'number') return false
  if (typeof expected === 'string') return Math.floor(status / 100) === Number(expected[0])
  return typeof expected === 'number' ? status === expected : expected.includes(status)
}

function describe(state: MatcherState, expected: StatusPattern): string {
  if (typeof expected === 'string') return state.utils.EXPECTED_COLOR(expected)
  if (typeof expected === 'number') return expectedText(state, expected)
  return expected.map(status => expectedText(state, status)).join(' or ')
}

function answered(state: MatcherState, { payload }: InvokeSuccess, status: unknown): string {
  if (status === undefined) return `its payload has no statusCode: ${receivedText(state, payload)}`
  const body = bodyText(payload)
  const shown =
    body === undefined || body === '' ? 'without a body' : `and this body:\n${state.utils.RECEIVED_COLOR(body.slice(0, 2000))}`
  const hint = typeof status === 'string' ? ' (a string, not a number)' : ''
  return `it answered with ${receivedText(state, status)}${hint} ${shown}`
}
