import { expect, test } from 'vitest'
import { markTestStart, testStart } from '../../../../src/matchers/logs/test-start.ts'

test('is undefined outside of a test', () => {
  expect(testStart({})).toBeUndefined()
})
test("vitest's own time wins over the mark of jest and node:test", () => {
  markTestStart(1000)
  expect(testStart({})).toBe(1000)
  expect(testStart({ task: { result: { startTime: 2000 } } })).toBe(2000)
})
