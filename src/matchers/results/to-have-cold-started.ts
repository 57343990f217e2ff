import { shortInstanceId } from '../../reaper/session.ts'
import { milliseconds } from '../failure/format.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

export const toHaveColdStarted: Matcher<'toHaveColdStarted'> = resultMatcher('toHaveColdStarted', (_, result) => {
  const { coldStart, instance, report } = result
  const init = report.initDurationMs === undefined ? '' : `, whose init took ${milliseconds(report.initDurationMs)}`
  return {
    pass: coldStart,
    explain: () => ({
      to: 'start cold',
      but: coldStart
        ? `this was the first event of instance ${shortInstanceId(instance)}${init}`
        : `instance ${shortInstanceId(instance)} was warm: use restart() for a new one`,
    }),
  }
})
