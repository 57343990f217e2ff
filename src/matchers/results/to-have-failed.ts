import type { RemoteError } from '../../model/result.ts'
import { isAsymmetric, isRegExp, matchesValue } from '../failure/compare.ts'
import { expectedText, receivedText } from '../failure/format.ts'
import { inline } from '../failure/inline.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { FailurePattern } from '../result-matchers.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

const PARTS = ['errorType', 'errorMessage', 'reason'] as const

export function toHaveFailed(this: MatcherState, received: unknown, expected?: string | RegExp | FailurePattern): MatcherResult {
  const matcher = 'toHaveFailed'
  const result = takeResult(matcher, received)
  const pattern = patternOf(matcher, expected)
  const wrong = result.ok ? [] : PARTS.filter(part => !partMatches(this, result.error, pattern, part))
  const how = expected === undefined ? '' : ` with ${describe(this, pattern)}`
  return verdict(this, {
    matcher,
    args: [expected],
    result,
    pass: !result.ok && wrong.length === 0,
    explain: () => ({
      sentence: result.ok
        ? `Expected ${result.functionName} to fail${how}, but it answered with ${receivedText(this, result.payload)}`
        : `Expected ${result.functionName} ${this.isNot ? 'not to' : 'to'} fail${how}, but it ${failureOutcome(result)}`,
      ...(!result.ok &&
        wrong.length > 0 && { details: wrong.map(part => compared(this, result.error, pattern, part)).join('\n') }),
      marked: failureLines(result),
    }),
  })
}

function patternOf(matcher: string, expected: unknown): FailurePattern {
  if (expected === undefined) return {}
  if (typeof expected === 'string' || isRegExp(expected) || isAsymmetric(expected)) return { errorMessage: expected }
  if (typeof expected !== 'object' || expected === null) {
    throw usageError(
      matcher,
      `takes a string, a RegExp or { errorType, errorMessage, reason }, but received ${typeName(expected)}`,
    )
  }
  const unknown = Object.keys(expected).filter(key => !(PARTS as readonly string[]).includes(key))
  if (unknown.length > 0)
    throw usageError(matcher, `knows errorType, errorMessage and reason, but received ${unknown.join(', ')}`)
  return expected
}

const typeName = (value: unknown): string =>
  typeof value === 'function' ? `the class ${value.name}: name it, as { errorType: '${value.name}' }` : inline(value)

function partMatches(state: MatcherState, error: RemoteError, pattern: FailurePattern, part: (typeof PARTS)[number]): boolean {
  const wanted = pattern[part]
  if (wanted === undefined) return true
  if (part === 'errorMessage' && typeof wanted === 'string') return error.errorMessage.includes(wanted)
  return matchesValue(state, error[part], wanted)
}

function describe(state: MatcherState, pattern: FailurePattern): string {
  return PARTS.filter(part => pattern[part] !== undefined)
    .map(part => `${part} ${expectedText(state, pattern[part])}`)
    .join(', ')
}

function compared(state: MatcherState, error: RemoteError, pattern: FailurePattern, part: (typeof PARTS)[number]): string {
  return `Expected ${part}: ${expectedText(state, pattern[part])}\nReceived ${part}: ${receivedText(state, error[part])}`
}
