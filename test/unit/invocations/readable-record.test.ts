import { expect, test } from 'vitest'
import { isBookkeeping, readableMessage, readableRecord } from '../../../src/invocations/readable-record.ts'
import { platformRecord, record } from '../../support/results.ts'

test('a record is its level and its message', () => {
  expect(readableRecord(record('accepted\n'))).toBe('INFO  accepted')
  expect(readableRecord(record('failed', { level: 'ERROR' }))).toBe('ERROR failed')
  expect(readableRecord(record('plain', { level: undefined }))).toBe('plain')
})

test.each([
  ['Invoke Error\t{"errorType":"E","errorMessage":"m","stack":["E: m","    at f"]}', 'Invoke Error: E: m'],
  ['Uncaught Exception\t{"errorType":"E","errorMessage":"m"}', 'Uncaught Exception: E: m'],
  ['Unhandled Promise Rejection \t{"errorType":"E","errorMessage":"m","stack":[]}', 'Unhandled Promise Rejection: E: m'],
  ['Init Error\tnot JSON\n', 'Init Error: not JSON'],
  ['Invoke Errors are counted', 'Invoke Errors are counted'],
])('%o is shortened to its first line', (message, expected) => {
  expect(readableMessage(record(message))).toBe(expected)
})

test.each([
  'START RequestId: x',
  'END RequestId: x',
  'REPORT RequestId: x',
  'INIT_START x',
  '{"time":"…","type":"platform.start"}',
])('%o is bookkeeping of the platform', line => {
  expect(isBookkeeping(platformRecord(line, 0))).toBe(true)
  expect(isBookkeeping(record(line))).toBe(false)
})

test('a timeout is more than bookkeeping', () => {
  expect(isBookkeeping(platformRecord('2026-11-24T10:00:00.000Z x Task timed out after 3.00 seconds', 0))).toBe(false)
})
