import { milliseconds } from '../failure/format.ts'
import { inline } from '../failure/inline.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

export function toHaveCompletedWithin(this: MatcherState, received: unknown, ms: number): MatcherResult {
  const matcher = 'toHaveCompletedWithin'
  const result = takeResult(matcher, received)
  if (typeof ms !== 'number' || !(ms > 0)) throw usageError(matcher, `takes milliseconds, but received ${inline(ms)}`)
  const timedOut = !result.ok && result.error.reason === 'timeout'
  return verdict(this, {
    matcher,
    args: [ms],
    result,
    pass: !timedOut && result.report.durationMs <= ms,
    explain: () => {
      const begin = `Expected ${result.functionName} ${this.isNot ? 'not to' : 'to'} complete within ${milliseconds(ms)}`
      if (!result.ok && timedOut) return { sentence: `${begin}, but it ${failureOutcome(result)}`, marked: failureLines(result) }
      const { durationMs, initDurationMs } = result.report
      const init = initDurationMs === undefined ? '' : ` (its init, ${milliseconds(initDurationMs)}, not counted)`
      return { sentence: `${begin}, but it took ${milliseconds(durationMs)}${init}` }
    },
  })
}
