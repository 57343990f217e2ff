import { inspect } from 'node:util'
import { isAsymmetric, isPlain, isRegExp } from './compare.ts'

/** A value in one line, the same on every runner: `{ level: "INFO", order: { id: Any<String> } }`. */
export function inline(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (isRegExp(value)) return String(value)
  if (isAsymmetric(value)) return asymmetric(value)
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (!isPlain(value)) return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 4 })
  const members = Object.entries(value).map(([key, member]) => `${keyText(key)}: ${inline(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

const keyText = (key: string): string => (/^[\w$]+$/.test(key) ? key : JSON.stringify(key))

/** As vitest and jest name theirs: `Any<String>`, `ObjectContaining({ id: "a1" })`. */
function asymmetric(matcher: {
  asymmetricMatch(other: unknown): boolean
  toAsymmetricMatcher?(): unknown
  sample?: unknown
}): string {
  const name = typeof matcher.toAsymmetricMatcher === 'function' ? matcher.toAsymmetricMatcher() : undefined
  return typeof name === 'string' ? name : `${String(matcher)}(${'sample' in matcher ? inline(matcher.sample) : ''})`
}
