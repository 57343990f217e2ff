import { inspect } from 'node:util'
import { truncateMasked } from '../../errors/secrets.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { isAsymmetric, isPlain, isRegExp } from './compare.ts'

/** A value on one line, the same with every runner: `{ level: "INFO", order: { id: Any<String> } }`. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (isRegExp(value)) return String(value)
  if (isAsymmetric(value)) return formatAsymmetric(value)
  const vendor = (value as { '~standard'?: { vendor?: unknown } } | null | undefined)?.['~standard']?.vendor
  if (typeof vendor === 'string') return `<${vendor} schema>`
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`
  if (!isPlain(value)) return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 4 })
  const members = Object.entries(value).map(([key, member]) => `${formatKey(key)}: ${formatValue(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** A value on one line, in the runner's colour for expected values. */
export function printExpected(state: MatcherState, value: unknown): string {
  return state.utils.EXPECTED_COLOR(truncateMasked(formatValue(value)))
}

/** A value on one line, in the runner's colour for received values. */
export function printReceived(state: MatcherState, value: unknown, length?: number): string {
  return state.utils.RECEIVED_COLOR(truncateMasked(formatValue(value), length))
}

const formatKey = (key: string): string => (/^[\w$]+$/.test(key) ? key : JSON.stringify(key))

/** Prints asymmetric matchers like vitest and jest: `Any<String>`, `ObjectContaining({ id: "a1" })`. */
function formatAsymmetric(matcher: object & { toAsymmetricMatcher?(): unknown; sample?: unknown }): string {
  const name = typeof matcher.toAsymmetricMatcher === 'function' ? matcher.toAsymmetricMatcher() : undefined
  return typeof name === 'string' ? name : `${String(matcher)}(${'sample' in matcher ? formatValue(matcher.sample) : ''})`
}
