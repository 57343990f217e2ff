import { shortInstanceId } from '../../reaper/session.ts'
import { formatValue } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

const NAME = 'toHaveUsedMemoryBelow'

export const toHaveUsedMemoryBelow: Matcher<typeof NAME> = resultMatcher(NAME, (_, { backend, instance, report }, mb) => {
  if (typeof mb !== 'number' || !(mb > 0)) throw usageError(NAME, 'a number of MB over 0', formatValue(mb))
  const { maxMemoryUsedMb: used, memorySizeMb } = report
  if (used === undefined) {
    const where = 'Run this test where memory is measured: process on Linux, docker, podman or kubernetes.'
    throw usageError(NAME, `the peak memory, which the ${backend} backend did not measure here. ${where}`)
  }
  return {
    pass: used < mb,
    explain: () => ({
      to: `use less than ${mb} MB`,
      but: `instance ${shortInstanceId(instance)} used ${used} MB at its peak (memorySize is ${memorySizeMb} MB)`,
    }),
  }
})
