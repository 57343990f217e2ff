import type { LogLevel, LogRecord } from '../../model/log-record.ts'
import { isAsymmetric, isPlain } from '../failure/compare.ts'
import { count, expectedText, receivedText } from '../failure/format.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { type Difference, differencesOf, type LogPattern, leaves, missing, recordMatches } from './log-pattern.ts'

const MAX_DIFFERENCES = 5

/** What came nearest to a pattern that no record matched, and why it was not enough. */
export function nearMiss(
  state: MatcherState,
  records: readonly LogRecord[],
  eligible: readonly LogRecord[],
  pattern: LogPattern,
  level?: LogLevel,
): { details: string; nearest?: LogRecord } {
  const leftOut = records.filter(record => !eligible.includes(record))
  const near =
    otherLevel(state, eligible, pattern, level) ?? otherCase(eligible, pattern) ?? fewestDifferences(state, eligible, pattern)
  return {
    details: [near?.text ?? '', platformNote(state, leftOut, pattern)].filter(text => text !== '').join('\n'),
    nearest: near?.record,
  }
}

interface Near {
  readonly record: LogRecord
  readonly text: string
}

function otherLevel(
  state: MatcherState,
  eligible: readonly LogRecord[],
  pattern: LogPattern,
  level?: LogLevel,
): Near | undefined {
  if (level === undefined) return undefined
  const record = eligible.find(one => recordMatches(state, one, pattern))
  return record && { record, text: `It was logged at another level: ${record.level ?? 'none'}.` }
}

function otherCase(eligible: readonly LogRecord[], pattern: LogPattern): Near | undefined {
  if (typeof pattern !== 'string') return undefined
  const record = eligible.find(one => one.message.toLowerCase().includes(pattern.toLowerCase()))
  return record && { record, text: 'One record differs only in upper and lower case.' }
}

function fewestDifferences(state: MatcherState, eligible: readonly LogRecord[], pattern: LogPattern): Near | undefined {
  if (!isPlain(pattern) || isAsymmetric(pattern)) return undefined
  const all = eligible.map(record => ({ record, differences: differencesOf(state, record, pattern) }))
  const [nearest] = all.sort((a, b) => missing(a.differences) - missing(b.differences))
  if (!nearest || (missing(nearest.differences) >= leaves(pattern) && !nearest.differences.some(isTelling))) return undefined
  const lines = nearest.differences
    .slice(0, MAX_DIFFERENCES)
    .map(({ path, expected, actual }) => `  ${path}  - ${expectedText(state, expected)}  + ${receivedText(state, actual)}`)
  return { record: nearest.record, text: ['The nearest differs:', ...lines].join('\n') }
}

/** Every record has a message, so that another one tells nothing, unless it holds what was asked for. */
function isTelling({ path, expected, actual }: Difference): boolean {
  if (path !== 'message') return actual !== undefined && path !== 'level' && path !== 'requestId'
  return typeof expected === 'string' && String(actual).includes(expected)
}

function platformNote(state: MatcherState, leftOut: readonly LogRecord[], pattern: LogPattern): string {
  if (leftOut.length === 0) return ''
  const matching = leftOut.filter(record => recordMatches(state, record, pattern)).length
  if (matching > 0) return `${count(matching, 'line')} of the platform would match: platform: true includes them.`
  return `Not looked at: ${count(leftOut.length, 'line')} of the platform, such as START and REPORT (platform: true includes them).`
}
