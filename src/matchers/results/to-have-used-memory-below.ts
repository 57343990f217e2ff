import { shortId } from '../failure/format.ts'
import { inline } from '../failure/inline.ts'
import { takeResult } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

export function toHaveUsedMemoryBelow(this: MatcherState, received: unknown, mb: number): MatcherResult {
  const matcher = 'toHaveUsedMemoryBelow'
  const result = takeResult(matcher, received)
  if (typeof mb !== 'number' || !(mb > 0)) throw usageError(matcher, `takes MB, but received ${inline(mb)}`)
  const { maxMemoryUsedMb: used, memorySizeMb } = result.report
  if (used === undefined) {
    throw usageError(
      matcher,
      `can't tell: the ${result.backend} backend did not measure the memory of ${result.functionName}. Run this test where it is measured (process on Linux, docker, podman, kubernetes).`,
    )
  }
  return verdict(this, {
    matcher,
    args: [mb],
    result,
    pass: used < mb,
    explain: () => ({
      sentence: `Expected ${result.functionName} ${this.isNot ? 'not to' : 'to'} use less than ${mb} MB, but instance ${shortId(result.instance)} used ${used} MB at its peak (of ${memorySizeMb} MB)`,
    }),
  })
}
