import type { LogRecord } from '../../model/log-record.ts'
import { equal, isAsymmetric, isPlain, isRegExp, matchesRegExp, matchesValue } from '../failure/compare.ts'
import { usageError } from '../failure/usage-error.ts'
import type { MatcherState } from '../runners/matcher-state.ts'

/** A substring or RegExp of the message, or a part of the JSON line (or of its `message`). `level` and `requestId` match text lines, too. */
export type LogPattern = string | RegExp | Readonly<Record<string, unknown>>

/** A value of a record that is not as the pattern wants it. */
export interface Difference {
  /** Dotted, such as `order.id`. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** @throws RuntimeError `MATCHER_MISUSED` */
export function checkPattern(matcher: string, pattern: unknown): void {
  if (typeof pattern === 'string' && pattern !== '') return
  if (isRegExp(pattern) || isAsymmetric(pattern) || (isPlain(pattern) && Object.keys(pattern).length > 0)) return
  throw usageError(
    matcher,
    "a part of the message, a RegExp, or a part of a JSON record, such as { level: 'INFO', message: /accepted/ }",
  )
}

export function recordMatches(state: MatcherState, record: LogRecord, pattern: LogPattern): boolean {
  if (typeof pattern === 'string') return record.message.includes(pattern)
  if (isRegExp(pattern)) return matchesRegExp(pattern, record.message)
  if (isAsymmetric(pattern)) return [record.message, ...views(record)].some(view => equal(state, view, pattern))
  return differencesOf(state, record, pattern).length === 0
}

/** The differences between a record and an object pattern, in the view of the record that comes closest to the pattern. */
export function differencesOf(state: MatcherState, record: LogRecord, pattern: object): Difference[] {
  const all = views(record).map(view => differences(state, view, pattern, ''))
  return all.reduce((best, other) => (countDiffering(other) < countDiffering(best) ? other : best))
}

/** How many values of the pattern differ. A difference can be an object that is missing as a whole. */
export function countDiffering(differences: readonly Difference[]): number {
  return differences.reduce((sum, { expected }) => sum + countValues(expected), 0)
}

/** How many values an object pattern has, at any depth. */
export function countValues(pattern: unknown): number {
  return isPlain(pattern) ? Object.values(pattern).reduce<number>((sum, value) => sum + countValues(value), 0) : 1
}

/** The objects that a pattern is compared with: the JSON line, with the record's own level and request id, and the JSON in its `message`. */
function views({ json, level, requestId, message }: LogRecord): Record<string, unknown>[] {
  const own = { ...(level && { level }), ...(requestId && { requestId }), message }
  const inner = json && objectIn(json.message)
  return [{ ...own, ...json }, ...(json ? [{ ...json, ...own }] : []), ...(inner ? [{ ...own, ...inner }] : [])]
}

function objectIn(value: unknown): Record<string, unknown> | undefined {
  if (isPlain(value)) return value
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined
  try {
    return JSON.parse(value) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function differences(state: MatcherState, actual: unknown, expected: unknown, path: string): Difference[] {
  const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`)
  if (isPlain(expected) && isPlain(actual)) {
    return Object.entries(expected).flatMap(([key, value]) => differences(state, actual[key], value, at(key)))
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((value, index) => differences(state, actual[index], value, at(index)))
  }
  return matchesValue(state, actual, expected) ? [] : [{ path, expected, actual }]
}
