import type { LogRecord } from '../../model/log-record.ts'
import { equal, isAsymmetric, isPlain, isRegExp, matchesValue, test } from '../failure/compare.ts'
import { usageError } from '../failure/usage-error.ts'
import type { MatcherState } from '../runners/matcher-state.ts'

/** A substring or RegExp of the message, or a part of the JSON line (or of its `message`); `level` and `requestId` also match text lines. */
export type LogPattern = string | RegExp | Readonly<Record<string, unknown>>

/** One place where a record is not as the pattern wants it. */
export interface Difference {
  /** Dotted, such as `order.id`. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Throws unless it is a string, a RegExp or an object. */
export function checkPattern(matcher: string, pattern: unknown): void {
  if (typeof pattern === 'string' && pattern !== '') return
  if (isRegExp(pattern) || isAsymmetric(pattern) || (isPlain(pattern) && Object.keys(pattern).length > 0)) return
  throw usageError(
    matcher,
    "takes a part of the message, a RegExp, or a part of a JSON record, such as { level: 'INFO', message: /accepted/ }",
  )
}

export function recordMatches(state: MatcherState, record: LogRecord, pattern: LogPattern): boolean {
  if (typeof pattern === 'string') return record.message.includes(pattern)
  if (isRegExp(pattern)) return test(pattern, record.message)
  if (isAsymmetric(pattern)) return [record.message, ...views(record)].some(view => equal(state, view, pattern))
  return differencesOf(state, record, pattern).length === 0
}

/** Where the record differs from an object pattern, by whichever way of reading the record comes nearest to it. */
export function differencesOf(state: MatcherState, record: LogRecord, pattern: object): Difference[] {
  const all = views(record).map(view => differences(state, view, pattern, ''))
  return all.reduce((best, other) => (missing(other) < missing(best) ? other : best))
}

/** How many of the values that an object pattern asks for are not there. */
export function missing(differences: readonly Difference[]): number {
  return differences.reduce((sum, { expected }) => sum + leaves(expected), 0)
}

/** How many values an object pattern asks for. */
export function leaves(pattern: unknown): number {
  return isPlain(pattern) ? Object.values(pattern).reduce<number>((sum, value) => sum + leaves(value), 0) : 1
}

/** A record's ways to be read: as its JSON line, with Lambda's own level and request id, and as the JSON in its `message`. */
function views(record: LogRecord): Record<string, unknown>[] {
  const { json, level, requestId, message } = record
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
