import { withoutPlatform } from '../failure/describe-failure.ts'
import { plural } from '../failure/format.ts'
import { formatValue, printExpected } from '../failure/format-value.ts'
import { takeLog } from '../failure/received-value.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { LoggedOptions, Matcher } from '../matcher-types.ts'
import { checkPattern, recordMatches } from './log-pattern.ts'
import { nearMiss } from './near-miss.ts'
import { quoteRecord } from './quote-record.ts'

const NAME = 'toHaveLogged'

export const toHaveLogged: Matcher<typeof NAME> = function (received, pattern, options = {}) {
  const { records, verb, ...log } = takeLog(NAME, received)
  checkPattern(NAME, pattern)
  const { times, level, platform = false } = checkOptions(options)
  const searched = platform ? records : withoutPlatform(records)
  const found = searched.filter(record => (level === undefined || record.level === level) && recordMatches(this, record, pattern))
  return verdict(this, {
    ...log,
    matcher: NAME,
    args: [pattern, Object.keys(options).length === 0 ? undefined : options],
    logs: records,
    pass: times === undefined ? found.length > 0 : found.length === times,
    explain: () => {
      const at = level === undefined ? '' : ` at ${level}`
      const to = `${verb} ${printExpected(this, pattern)}${at}${describeTimes(times)}`
      const total = plural(searched.length, 'record')
      const [first] = found
      if (first) {
        const others = found.length === 1 ? '' : `, ${found.length - 1} more`
        return { to, but: `${found.length} of ${total} matched: ${quoteRecord(this, first)}${others}`, marked: found }
      }
      const but = searched.length === 0 ? 'there are no records' : `none of ${total} matched`
      return { to, but, ...nearMiss(this, { records, searched, pattern, level }) }
    },
  })
}

function checkOptions(options: LoggedOptions): LoggedOptions {
  const { times } = options
  if (times === undefined || (Number.isInteger(times) && times >= 0)) return options
  throw usageError(NAME, 'a whole number of times', formatValue(times))
}

function describeTimes(times: number | undefined): string {
  return times === undefined ? '' : times === 1 ? ' once' : ` ${times} times`
}
