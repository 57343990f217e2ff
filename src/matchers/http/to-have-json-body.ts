import { equal, isPlain } from '../failure/compare.ts'
import { diff } from '../failure/diff.ts'
import { expectedText, receivedText } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { bodyText, parseBody } from './http-answer.ts'

export function toHaveJsonBody(this: MatcherState, received: unknown, expected: unknown): MatcherResult {
  const matcher = 'toHaveJsonBody'
  const result = takeResult(matcher, received)
  const body = parseBody(result.payload)
  return verdict(this, {
    matcher,
    args: [expected],
    result,
    pass: result.ok && 'json' in body && equal(this, body.json, expected),
    explain: () => {
      const name = result.functionName
      if (!result.ok) {
        return {
          sentence: `Expected ${name} to answer with a JSON body, but it ${failureOutcome(result)}`,
          marked: failureLines(result),
        }
      }
      if (!('json' in body)) {
        const text = bodyText(result.payload)
        return {
          sentence: `Expected ${name} to answer with a JSON body, but ${body.problem}`,
          details: `Received: ${text ? this.utils.RECEIVED_COLOR(text.slice(0, 2000)) : receivedText(this, result.payload)}`,
        }
      }
      if (this.isNot)
        return { sentence: `Expected ${name} not to answer with the JSON body ${expectedText(this, expected)}, but it did` }
      return {
        sentence: `The JSON body of ${name} is not the expected one; its status is ${statusOf(result.payload)}`,
        details: diff(this, expected, body.json),
      }
    },
  })
}

const statusOf = (payload: unknown): string => (isPlain(payload) ? String(payload.statusCode ?? 'not set') : 'not set')
