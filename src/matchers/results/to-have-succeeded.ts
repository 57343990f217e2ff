import { receivedText } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

export function toHaveSucceeded(this: MatcherState, received: unknown): MatcherResult {
  const matcher = 'toHaveSucceeded'
  const result = takeResult(matcher, received)
  return verdict(this, {
    matcher,
    result,
    pass: result.ok,
    explain: () => ({
      sentence: result.ok
        ? `Expected ${result.functionName} not to succeed, but it answered with ${receivedText(this, result.payload)}`
        : `Expected ${result.functionName} to succeed, but it ${failureOutcome(result)}`,
      marked: failureLines(result),
    }),
  })
}
