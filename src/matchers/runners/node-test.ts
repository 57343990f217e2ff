import { throwUnlessPassed } from '../assertions.ts'
import { matchers } from '../index.ts'
import type { MatcherResult, MatcherState } from './matcher-state.ts'
import { standaloneState } from './standalone-state.ts'

/** `assert` of `node:test`. */
export interface AssertRegistry {
  register(name: string, assertion: (...args: any[]) => any): void
}

type AnyMatcher = (this: MatcherState, ...args: unknown[]) => MatcherResult | Promise<MatcherResult>

/**
 * Adds every matcher to `t.assert` of node:test. There is no `.not`, so each has an opposite, named as those of node:assert:
 * `t.assert.notToHaveLogged(result, /declined/)`.
 *
 * @example
 * import { assert } from 'node:test'
 * registerMatchers(assert)
 * test('succeeds', async (t: TestContext) => t.assert.toHaveSucceeded(await orders.invoke({ id: 'a1', qty: 2 })))
 */
export function registerMatchers(assert: AssertRegistry): void {
  for (const [name, matcher] of Object.entries(matchers) as unknown as [string, AnyMatcher][]) {
    assert.register(name, assertion(matcher, false))
    assert.register(`notT${name.slice(1)}`, assertion(matcher, true))
  }
}

function assertion(matcher: AnyMatcher, isNot: boolean): (...args: unknown[]) => void | Promise<void> {
  return function assertThat(...args) {
    const judge = ({ pass, message }: MatcherResult): void => throwUnlessPassed({ pass: pass !== isNot, message }, assertThat)
    const result = matcher.apply(standaloneState(isNot), args)
    return 'then' in result ? result.then(judge) : judge(result)
  }
}
