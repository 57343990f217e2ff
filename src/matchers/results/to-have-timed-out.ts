import { milliseconds } from '../failure/format.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

export const toHaveTimedOut: Matcher<'toHaveTimedOut'> = resultMatcher('toHaveTimedOut', (_, { ok, error, report }) => ({
  pass: error?.reason === 'timeout',
  explain: () => ({ to: 'time out', but: ok ? `it returned after ${milliseconds(report.durationMs)}` : undefined }),
}))
