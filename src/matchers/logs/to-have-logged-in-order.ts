import type { LogRecord } from '../../model/log-record.ts'
import { withoutPlatform } from '../failure/describe-failure.ts'
import { formatValue, printExpected } from '../failure/format-value.ts'
import { takeLog } from '../failure/received-value.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { Matcher } from '../matcher-types.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { checkPattern, type LogPattern, recordMatches } from './log-pattern.ts'

const NAME = 'toHaveLoggedInOrder'

export const toHaveLoggedInOrder: Matcher<typeof NAME> = function (received, patterns) {
  const { records, verb, ...log } = takeLog(NAME, received)
  if (!Array.isArray(patterns) || patterns.length === 0)
    throw usageError(NAME, "an array of patterns, as in ['begin', /end/]", formatValue(patterns))
  for (const pattern of patterns as readonly LogPattern[]) checkPattern(NAME, pattern)
  const searched = withoutPlatform(records)
  const found = inOrder(this, searched, patterns)
  const missing = patterns[found.length] as LogPattern | undefined
  return verdict(this, {
    ...log,
    matcher: NAME,
    args: [patterns],
    logs: records,
    pass: missing === undefined,
    explain: () => {
      const to = `${verb} ${patterns.length} records in this order`
      if (missing === undefined) return { to, marked: found }
      const isEarlier = found.length > 0 && searched.some(record => recordMatches(this, record, missing))
      const what = printExpected(this, missing)
      return {
        to,
        but: isEarlier ? `${what} was logged only before the pattern above it` : `no record matched ${what}`,
        details: list(this, patterns, found.length),
        marked: found,
      }
    },
  })
}

/** For each pattern the first record after that of the pattern before, up to the first pattern without one. */
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

function list(state: MatcherState, patterns: readonly LogPattern[], found: number): string {
  const marks = patterns.map((_, index) => (index < found ? '✓' : index === found ? '✗' : ' '))
  return patterns.map((pattern, index) => `  ${marks[index]} ${printExpected(state, pattern)}`).join('\n')
}
