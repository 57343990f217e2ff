import type { InvokeSuccess } from '../../model/result.ts'
import { equal } from '../failure/compare.ts'
import { diff } from '../failure/diff.ts'
import { expectedText } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { verdict } from '../failure/verdict.ts'
import { parseBody } from '../http/http-answer.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

export function toHavePayload(this: MatcherState, received: unknown, expected: unknown): MatcherResult {
  const matcher = 'toHavePayload'
  const result = takeResult(matcher, received)
  return verdict(this, {
    matcher,
    args: [expected],
    result,
    pass: result.ok && equal(this, result.payload, expected),
    explain: () => {
      const name = result.functionName
      if (!result.ok)
        return { sentence: `Expected ${name} to answer, but it ${failureOutcome(result)}`, marked: failureLines(result) }
      if (this.isNot) return { sentence: `Expected ${name} not to answer with ${expectedText(this, expected)}, but it did` }
      return {
        sentence: `The payload of ${name} is not the expected one${hint(this, result, expected)}`,
        details: diff(this, expected, result.payload),
      }
    },
  })
}

/** The commonest slip with HTTP handlers. */
function hint(state: MatcherState, result: InvokeSuccess, expected: unknown): string {
  const body = parseBody(result.payload)
  return 'json' in body && equal(state, body.json, expected) ? ', but its body is: use toHaveJsonBody' : ''
}
