import { printReceived } from '../failure/format-value.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

export const toHaveSucceeded: Matcher<'toHaveSucceeded'> = resultMatcher('toHaveSucceeded', (state, result) => ({
  pass: result.ok,
  explain: () => ({ to: 'succeed', but: result.ok ? `it returned ${printReceived(state, result.payload)}` : undefined }),
}))
