import type { LogRecord } from '../../model/log-record.ts'
import { expectedText } from '../failure/format.ts'
import { ownRecords } from '../failure/outcome.ts'
import { takeLog } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { checkPattern, type LogPattern, recordMatches } from './log-pattern.ts'

export function toHaveLoggedInOrder(this: MatcherState, received: unknown, patterns: readonly LogPattern[]): MatcherResult {
  const matcher = 'toHaveLoggedInOrder'
  const { records, result } = takeLog(matcher, received)
  if (!Array.isArray(patterns) || patterns.length === 0)
    throw usageError(matcher, "takes an array of patterns, as in ['begin', /end/]")
  for (const pattern of patterns as readonly LogPattern[]) checkPattern(matcher, pattern)
  const eligible = ownRecords(records)
  const found = inOrder(this, eligible, patterns)
  const missing = patterns[found.length] as LogPattern | undefined
  return verdict(this, {
    matcher,
    args: [patterns],
    received: result ? 'result' : 'records',
    ...(result && { result }),
    logs: records,
    pass: missing === undefined,
    explain: () => {
      const subject = result
        ? `${result.functionName} ${this.isNot ? 'not to' : 'to'} log`
        : `the log ${this.isNot ? 'not to' : 'to'} have`
      const begin = `Expected ${subject} ${patterns.length} records in this order`
      if (missing === undefined) return { sentence: `${begin}, but it did`, marked: found }
      return {
        sentence: `${begin}, but ${whyMissing(this, eligible, found, missing)}`,
        details: list(this, patterns, found),
        marked: found,
      }
    },
  })
}

/** The first record for each pattern that comes after the one before, up to the first pattern that has none. */
function inOrder(state: MatcherState, records: readonly LogRecord[], patterns: readonly LogPattern[]): LogRecord[] {
  const found: LogRecord[] = []
  let from = 0
  for (const pattern of patterns) {
    const index = records.findIndex((record, i) => i >= from && recordMatches(state, record, pattern))
    if (index === -1) break
    found.push(records[index]!)
    from = index + 1
  }
  return found
}

function whyMissing(
  state: MatcherState,
  records: readonly LogRecord[],
  found: readonly LogRecord[],
  missing: LogPattern,
): string {
  const what = expectedText(state, missing)
  const earlier = records.some(record => recordMatches(state, record, missing))
  if (found.length === 0) return `no record matched ${what}`
  return earlier ? `${what} came earlier, not after the one before` : `no record matched ${what}`
}

function list(state: MatcherState, patterns: readonly LogPattern[], found: readonly LogRecord[]): string {
  const marks = patterns.map((_, index) => (index < found.length ? '✓' : index === found.length ? '✗' : ' '))
  return patterns.map((pattern, index) => `  ${marks[index]} ${expectedText(state, pattern)}`).join('\n')
}
