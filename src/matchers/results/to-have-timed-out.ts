import { milliseconds } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

export function toHaveTimedOut(this: MatcherState, received: unknown): MatcherResult {
  const matcher = 'toHaveTimedOut'
  const result = takeResult(matcher, received)
  return verdict(this, {
    matcher,
    result,
    pass: !result.ok && result.error.reason === 'timeout',
    explain: () => ({
      sentence: `Expected ${result.functionName} ${this.isNot ? 'not to' : 'to'} time out, but it ${
        result.ok ? `answered after ${milliseconds(result.report.durationMs)}` : failureOutcome(result)
      }`,
      marked: failureLines(result),
    }),
  })
}
