import { milliseconds } from '../failure/format.ts'
import { formatValue } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

export const toHaveCompletedWithin: Matcher<'toHaveCompletedWithin'> = resultMatcher(
  'toHaveCompletedWithin',
  (_, { error, report }, ms) => {
    if (typeof ms !== 'number' || !(ms > 0))
      throw usageError('toHaveCompletedWithin', 'a number of milliseconds over 0', formatValue(ms))
    const { durationMs, initDurationMs } = report
    const init = initDurationMs === undefined ? '' : ` (without its init phase of ${milliseconds(initDurationMs)})`
    const timedOut = error?.reason === 'timeout'
    return {
      pass: !timedOut && durationMs <= ms,
      explain: () => ({
        to: `complete within ${milliseconds(ms)}`,
        but: timedOut ? undefined : `it took ${milliseconds(durationMs)}${init}`,
      }),
    }
  },
)
