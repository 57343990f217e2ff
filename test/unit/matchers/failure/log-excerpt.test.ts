import { expect, test } from 'vitest'
import { logExcerpt } from '../../../../src/matchers/failure/log-excerpt.ts'
import { platformRecord, record } from '../../../support/results.ts'

const many = (n: number, text = 'line') => Array.from({ length: n }, (_, index) => record(`${text} ${index + 1}`))

test('says that a log is empty', () => expect(logExcerpt([])).toBe('Log: empty'))
test('marks the lines that matter', () => {
  const logs = [
    platformRecord('START', 0),
    record('first'),
    record('second\n    and more', { level: 'WARN' }),
    record('no level', { level: undefined }),
  ]
  expect(logExcerpt(logs, [logs[2]!])).toMatchInlineSnapshot(`
    "Log (5 lines):
      START
      INFO  first
    > WARN  second
                and more
      no level"
  `)
})
test('keeps the last 20 lines', () => {
  const text = logExcerpt(many(50))
  expect(text.split('\n')).toHaveLength(21)
  expect(text).toContain('Log (20 of 50 lines):\n  INFO  line 31\n')
})
test('keeps marked lines wherever they are', () => {
  const logs = many(50)
  const text = logExcerpt(logs, [logs[4]!])
  expect(text).toContain('Log (20 of 50 lines):\n> INFO  line 5\n  …\n  INFO  line 32\n')
})
test('keeps at most 4 KiB', () => {
  const text = logExcerpt(many(10, 'é'.repeat(450)))
  expect(text).toContain('Log (4 of 10 lines):')
  expect(Buffer.byteLength(text)).toBeLessThan(4096 + 100)
})
test('cuts a long line', () => {
  expect(logExcerpt([record('x'.repeat(5000))])).toHaveLength('Log (1 line):\n  '.length + 1000)
})
