import type { LogLevel, LogRecord } from '../../model/log-record.ts'
import { isAsymmetric, isPlain } from '../failure/compare.ts'
import { plural } from '../failure/format.ts'
import { printExpected, printReceived } from '../failure/format-value.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { countDiffering, countValues, type Difference, differencesOf, type LogPattern, recordMatches } from './log-pattern.ts'

const MAX_DIFFERENCES = 5

export interface Search {
  readonly records: readonly LogRecord[]
  /** Those of the records that were compared with the pattern. */
  readonly searched: readonly LogRecord[]
  readonly pattern: LogPattern
  readonly level?: LogLevel | undefined
}

interface NearMiss {
  readonly record: LogRecord
  /** Why it does not match. */
  readonly reason: string
}

/** For a search without a match: the record that comes closest, why it does not match, and which records were left out. */
export function nearMiss(state: MatcherState, search: Search): { details: string; marked: LogRecord[] } {
  const near = otherLevel(state, search) ?? otherCase(search) ?? fewestDifferences(state, search)
  const reasons = [near?.reason ?? '', platformNote(state, search)]
  return { details: reasons.filter(reason => reason !== '').join('\n'), marked: near ? [near.record] : [] }
}

function otherLevel(state: MatcherState, { searched, pattern, level }: Search): NearMiss | undefined {
  const record = level === undefined ? undefined : searched.find(one => recordMatches(state, one, pattern))
  return record && { record, reason: `A record matches but for its level, which is ${record.level ?? 'not set'}.` }
}

function otherCase({ searched, pattern }: Search): NearMiss | undefined {
  if (typeof pattern !== 'string') return undefined
  const record = searched.find(one => one.message.toLowerCase().includes(pattern.toLowerCase()))
  return record && { record, reason: 'One record differs only in upper and lower case.' }
}

function fewestDifferences(state: MatcherState, { searched, pattern }: Search): NearMiss | undefined {
  if (!isPlain(pattern) || isAsymmetric(pattern)) return undefined
  const candidates = searched.map(record => ({ record, differences: differencesOf(state, record, pattern) }))
  const [nearest] = candidates.sort((a, b) => countDiffering(a.differences) - countDiffering(b.differences))
  if (!nearest) return undefined
  const { record, differences } = nearest
  if (countDiffering(differences) >= countValues(pattern) && !differences.some(isTelling)) return undefined
  const lines = differences
    .slice(0, MAX_DIFFERENCES)
    .map(({ path, expected, actual }) => `  ${path}  - ${printExpected(state, expected)}  + ${printReceived(state, actual)}`)
  return { record, reason: ['The closest record differs:', ...lines].join('\n') }
}

/** Every record has a message, a level and a request id, so another value there says little, unless it contains the expected text. */
function isTelling({ path, expected, actual }: Difference): boolean {
  if (path !== 'message') return actual !== undefined && path !== 'level' && path !== 'requestId'
  return typeof expected === 'string' && String(actual).includes(expected)
}

function platformNote(state: MatcherState, { records, searched, pattern }: Search): string {
  const skipped = records.filter(record => !searched.includes(record))
  if (skipped.length === 0) return ''
  const matching = skipped.filter(record => recordMatches(state, record, pattern)).length
  if (matching > 0) {
    return `${plural(matching, 'platform line')} ${matching === 1 ? 'matches' : 'match'} (use platform: true to include ${them(matching)}).`
  }
  const were = skipped.length === 1 ? 'was' : 'were'
  return `${plural(skipped.length, 'platform line')} such as START and REPORT ${were} not searched (use platform: true to include ${them(skipped.length)}).`
}

const them = (count: number): string => (count === 1 ? 'it' : 'them')
