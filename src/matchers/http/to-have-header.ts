import { equal, isRegExp, test } from '../failure/compare.ts'
import { expectedText, receivedText } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { headersOf } from './http-answer.ts'

export function toHaveHeader(this: MatcherState, received: unknown, name: string, value?: unknown): MatcherResult {
  const matcher = 'toHaveHeader'
  const result = takeResult(matcher, received)
  if (typeof name !== 'string')
    throw usageError(matcher, "takes the header's name first, as in toHaveHeader('content-type', /json/)")
  const headers = headersOf(result.payload)
  const values = headers.get(name.toLowerCase()) ?? []
  return verdict(this, {
    matcher,
    args: [name, value],
    result,
    pass: values.length > 0 && (value === undefined || values.some(one => fits(this, one, value))),
    explain: () => {
      const wanted = value === undefined ? '' : `: ${expectedText(this, value)}`
      const begin = `Expected ${result.functionName} ${this.isNot ? 'not to' : 'to'} answer with header ${name}${wanted}`
      if (!result.ok) return { sentence: `${begin}, but it ${failureOutcome(result)}`, marked: failureLines(result) }
      const others = [...headers.keys()].sort().join(', ')
      const has = values.map(one => receivedText(this, one)).join(', ')
      if (values.length === 0) return { sentence: `${begin}, but it ${others ? `has only ${others}` : 'has no headers'}` }
      return { sentence: `${begin}, but it is ${has}` }
    },
  })
}

function fits(state: MatcherState, actual: string, expected: unknown): boolean {
  if (isRegExp(expected)) return test(expected, actual)
  return equal(state, actual, typeof expected === 'number' ? String(expected) : expected)
}
