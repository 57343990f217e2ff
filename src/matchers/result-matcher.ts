import type { InvokeResult } from '../model/result.ts'
import { takeResult } from './failure/received-value.ts'
import { type Verdict, verdict } from './failure/verdict.ts'
import type { MatcherResult, MatcherState } from './runners/matcher-state.ts'

/** Makes a matcher for the result of an invocation from what it checks. */
export function resultMatcher<Args extends unknown[]>(
  matcher: string,
  check: (state: MatcherState, result: InvokeResult, ...args: Args) => Pick<Verdict, 'pass' | 'explain'>,
): (this: MatcherState, received: unknown, ...args: Args) => MatcherResult {
  return function (received, ...args) {
    const result = takeResult(matcher, received)
    return verdict(this, {
      matcher,
      args,
      received: 'result',
      result,
      subject: result.functionName,
      ...check(this, result, ...args),
    })
  }
}
