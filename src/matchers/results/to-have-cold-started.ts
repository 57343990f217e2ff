import { milliseconds, shortId } from '../failure/format.ts'
import { takeResult } from '../failure/received.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

export function toHaveColdStarted(this: MatcherState, received: unknown): MatcherResult {
  const matcher = 'toHaveColdStarted'
  const result = takeResult(matcher, received)
  const init = result.report.initDurationMs
  return verdict(this, {
    matcher,
    result,
    pass: result.coldStart,
    explain: () => ({
      sentence: result.coldStart
        ? `Expected ${result.functionName} to run warm, but this was the cold start of instance ${shortId(result.instance)}${init === undefined ? '' : `, whose init took ${milliseconds(init)}`}`
        : `Expected ${result.functionName} to start cold, but instance ${shortId(result.instance)} was warm: use restart() for a fresh one`,
    }),
  })
}
