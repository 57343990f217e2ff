import { expect, test } from 'vitest'
import { assertFailed, assertSucceeded } from '../../../src/matchers/assertions.ts'
import type { InvokeResult } from '../../../src/model/result.ts'
import { failureText } from '../../support/failure-text.ts'
import { failure, success } from '../../support/results.ts'

test('assertSucceeded narrows', () => {
  const result: InvokeResult<{ total: number }> = success({ total: 84 }) as InvokeResult<{ total: number }>
  assertSucceeded(result)
  expect(result.payload.total).toBe(84)
})
test('assertFailed narrows', () => {
  const result: InvokeResult = failure() as InvokeResult
  assertFailed(result)
  expect(result.error.errorType).toBe('ValidationError')
})
test('assertSucceeded throws the failure text of the matcher', () => {
  const failed = failure()
  expect(failureText(() => assertSucceeded(failed))).toBe(failureText(() => expect(failed).toHaveSucceeded()))
})
test('assertFailed throws the failure text of the matcher', () => {
  const answer = success({ total: 84 })
  expect(failureText(() => assertFailed(answer))).toBe(failureText(() => expect(answer).toHaveFailed()))
})
test('explains wrong input', () => {
  expect(failureText(() => assertSucceeded(Promise.resolve() as never))).toContain('did you forget "await"')
})
test('the stack starts at the call', () => {
  const stack = (): string => {
    try {
      assertSucceeded(failure())
      return ''
    } catch (error) {
      return (error as Error).stack!.split('\n').find(line => line.startsWith('    at '))!
    }
  }
  expect(stack()).toContain('assertions.test.ts')
})
