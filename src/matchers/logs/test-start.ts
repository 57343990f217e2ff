import { now } from '../../platform/clock.ts'
import type { MatcherState } from '../runners/matcher-state.ts'

const START: unique symbol = Symbol.for('lambda-fixtures/test-start') as never
const state = globalThis as { [START]?: number }

/** The entries for jest and node:test call this before each test, because those runners don't tell matchers when a test began. */
export function markTestStart(at: number = now()): void {
  state[START] = at
}

/** When the running test began, in ms since the epoch. vitest's own time wins, because it is right for concurrent tests, too. */
export function testStart(matcher: Pick<MatcherState, 'task'>): number | undefined {
  return matcher.task?.result?.startTime ?? state[START]
}
