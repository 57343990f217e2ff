import { expect, test } from 'vitest'
import { originOf, setOrigin } from '../../../src/invocations/origin.ts'
import { handleDouble } from '../../support/results.ts'

test('a value without an origin has none', () => {
  for (const value of [undefined, null, 'text', {}, () => 1]) expect(originOf(value)).toBeUndefined()
})

test('an origin can be replaced, and is not a visible member', () => {
  const promise = Promise.resolve()
  const [first, second] = [{ source: handleDouble() }, { source: handleDouble(), calledAt: 'orders.test.ts:9:22' }]
  expect(setOrigin(promise, first)).toBe(promise)
  expect(originOf(promise)).toBe(first)
  setOrigin(promise, second)
  expect(originOf(promise)).toBe(second)
  expect({ ...promise }).toEqual({})
})
