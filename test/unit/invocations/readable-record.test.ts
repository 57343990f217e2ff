import { describe, expect, test } from 'vitest'
import { isBookkeeping, readableMessage, readableRecord } from '../../../src/invocations/readable-record.ts'
import { jsonRecord, platformRecord, record } from '../../support/results.ts'

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

describe('a structured record', () => {
  test('shows its fields after the message', () => {
    const error = { name: 'ResourceNotFound', message: 'no table', stack: 'ResourceNotFound: no table\n    at a.ts:1:1' }
    expect(readableRecord(jsonRecord({ level: 'ERROR', message: 'error reading from table', table: 'orders', error }))).toBe(
      'ERROR error reading from table {"table":"orders","error":{"name":"ResourceNotFound","message":"no table","stack":"ResourceNotFound: no table\\n    at a.ts:1:1"}}',
    )
  })

  test('does not repeat what a record shows elsewhere', () => {
    const json = { timestamp: '2026-11-24T10:00:00.000Z', level: 'INFO', requestId: 'r', message: 'accepted' }
    expect(readableRecord(jsonRecord(json))).toBe('INFO  accepted')
    const failed = { level: 'ERROR', errorType: 'ValidationError', errorMessage: 'qty must be > 0', stackTrace: ['at a'] }
    expect(readableRecord(record('qty must be > 0', { level: 'ERROR', json: failed, raw: JSON.stringify(failed) }))).toBe(
      'ERROR qty must be > 0 {"errorType":"ValidationError","stackTrace":["at a"]}',
    )
  })

  test('cuts long fields', () => {
    const shown = readableMessage(jsonRecord({ message: 'read', stack: 'x'.repeat(5000), table: 'orders' }))
    expect(shown).toBe(`read {"stack":"${'x'.repeat(199)}…","table":"orders"}`)
  })

  test('is its whole text if the message is not a string', () => {
    const text = '{"level":"INFO","message":{"event":"charged"},"amount":84}'
    expect(readableMessage(jsonRecord(JSON.parse(text)))).toBe(text)
    expect(readableMessage(jsonRecord({ level: 30, msg: 'pino' }))).toBe('{"level":30,"msg":"pino"}')
  })

  test('of the platform is its text', () => {
    const raw = '{"time":"…","type":"platform.start","record":{}}'
    expect(readableMessage({ ...platformRecord(raw, 0), json: JSON.parse(raw) })).toBe(raw)
  })
})
