import type { LogRecord } from '../../model/log-record.ts'
import { count, expectedText } from '../failure/format.ts'
import { inline } from '../failure/inline.ts'
import { ownRecords } from '../failure/outcome.ts'
import { takeLog } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { LoggedOptions } from '../result-matchers.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { checkPattern, type LogPattern, recordMatches } from './log-pattern.ts'
import { nearMiss } from './near-miss.ts'

export function toHaveLogged(
  this: MatcherState,
  received: unknown,
  pattern: LogPattern,
  options: LoggedOptions = {},
): MatcherResult {
  const matcher = 'toHaveLogged'
  const { records, result } = takeLog(matcher, received)
  checkPattern(matcher, pattern)
  checkOptions(matcher, options)
  const { times, level, platform = false } = options
  const eligible = platform ? records : ownRecords(records)
  const found = eligible.filter(record => (level === undefined || record.level === level) && recordMatches(this, record, pattern))
  return verdict(this, {
    matcher,
    args: [pattern, Object.keys(options).length === 0 ? undefined : options],
    received: result ? 'result' : 'records',
    ...(result && { result }),
    logs: records,
    pass: times === undefined ? found.length > 0 : found.length === times,
    explain: () => {
      // Zero times is a negation of its own.
      const not = (this.isNot ?? false) !== (times === 0)
      const subject = result ? `${result.functionName} ${not ? 'not to' : 'to'} log` : `the log ${not ? 'not to' : 'to'} have`
      const sentence = `Expected ${subject} ${describe(this, pattern, options)}, but ${outcome(found, eligible, not)}`
      if (found.length > 0) return { sentence, marked: found }
      const { details, nearest } = nearMiss(this, records, eligible, pattern, level)
      return { sentence, details, marked: nearest ? [nearest] : [] }
    },
  })
}

function checkOptions(matcher: string, { times }: LoggedOptions): void {
  if (times !== undefined && !(Number.isInteger(times) && times >= 0)) {
    throw usageError(matcher, `takes a whole number of times, but received ${inline(times)}`)
  }
}

function describe(state: MatcherState, pattern: LogPattern, { times, level }: LoggedOptions): string {
  const often = times === undefined || times === 0 ? '' : ` ${times === 1 ? 'once' : `${times} times`}`
  return `${expectedText(state, pattern)}${level === undefined ? '' : ` at ${level}`}${often}`
}

function outcome(found: readonly LogRecord[], eligible: readonly LogRecord[], not: boolean): string {
  if (found.length === 0)
    return eligible.length === 0 ? 'there is no record' : `none of ${count(eligible.length, 'record')} matched`
  if (!not) return `${found.length} of ${count(eligible.length, 'record')} matched`
  return `it is there${found.length === 1 ? '' : ` ${found.length} times`}`
}
