import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { matchers } from '../../src/matchers/index.ts'
import { handleDouble } from './results.ts'

expect.extend(matchers)

/** The failure text of an assertion, without colours. Throws if the assertion passes. */
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

/** Values that users might pass by mistake in place of a result. */
const MISTAKES: Record<string, () => unknown> = {
  'a Promise': () => Promise.resolve(),
  'the function': () => handleDouble(),
  'the payload itself': () => ({ total: 84 }),
  undefined: () => undefined,
}

/** Declares tests that a matcher explains wrong input, and throws with `.not` too. */
export function explainsMistakes(matcher: keyof typeof matchers, ...args: unknown[]): void {
  test.each(Object.keys(MISTAKES))('explains %s, also with .not', what => {
    const received = MISTAKES[what]!()
    const call = (assertion: object): unknown => (assertion as Record<string, (...all: unknown[]) => unknown>)[matcher]!(...args)
    for (const text of [failureText(() => call(expect(received))), failureText(() => call(expect(received).not))]) {
      expect(text).toContain(`${matcher} needs the result of an invocation`)
      expect(text).toContain(`but received ${what}`)
    }
  })
}
