import { stripVTControlCharacters } from 'node:util'
import { expect } from 'vitest'
import { matchers } from '../../src/matchers/index.ts'
import '../../src/matchers/vitest-types.ts'

expect.extend(matchers)

/** What a failing assertion says, without colours; throws if it doesn't fail. */
export function failureText(assertion: () => unknown): string {
  try {
    assertion()
  } catch (error) {
    return textOf(error)
  }
  throw new Error('The assertion was expected to fail, but it passed.')
}

export async function asyncFailureText(assertion: PromiseLike<unknown>): Promise<string> {
  try {
    await assertion
  } catch (error) {
    return textOf(error)
  }
  throw new Error('The assertion was expected to fail, but it passed.')
}

function textOf(error: unknown): string {
  // A runner prints `actual` and `expected` as a second diff below ours.
  const { actual, expected } = error as { actual?: unknown; expected?: unknown }
  if (actual !== undefined || expected !== undefined) throw new Error('The failure brings a second diff.')
  return stripVTControlCharacters((error as Error).message)
}

/** Everything a user might pass to a matcher of results by mistake. */
export const MISTAKES = {
  promise: () => Promise.resolve(),
  payload: () => ({ total: 84 }),
  string: () => 'text',
  null: () => null,
  undefined: () => undefined,
} as const
