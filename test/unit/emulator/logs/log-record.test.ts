import { expect, test } from 'vitest'
import { functionRecord, platformRecord } from '../../../../src/emulator/logs/log-record.ts'

const TIME = Date.parse('2026-01-02T03:04:05.678Z')
const ID = '8f5c8d2e-0d0a-4b3c-9a51-6f0d6a0c1b11'
const read = (raw: string): ReturnType<typeof functionRecord> => functionRecord(raw, { instance: 'i', time: TIME, requestId: ID })

test('a raw line has the invocation’s id, the time it was read, and no level', () => {
  expect(read('just text')).toEqual({
    timestamp: new Date(TIME),
    source: 'function',
    instance: 'i',
    requestId: ID,
    message: 'just text',
    raw: 'just text',
  })
})

test.each(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'])('Node’s prefix of %s', level => {
  const other = '11111111-2222-4333-8444-555555555555'
  expect(read(`2026-05-06T07:08:09.123Z\t${other}\t${level}\tsaid\tso`)).toMatchObject({
    timestamp: new Date('2026-05-06T07:08:09.123Z'),
    level,
    requestId: other,
    message: 'said\tso',
  })
})

test.each(['undefined', '-'])('Node’s id during init, %s, is none', id => {
  const record = functionRecord(`2026-05-06T07:08:09.123Z\t${id}\tINFO\tsaid`, { instance: 'i', time: TIME })
  expect(record.requestId).toBeUndefined()
})

test.each([
  ['[WARNING]\t2026-05-06T07:08:09.123Z\t\tsaid', 'WARN', 'said'],
  ['[CRITICAL]\t2026-05-06T07:08:09.123Z\tabc\tsaid', 'FATAL', 'said'],
  ['[ERROR] ValueError: boom\nTraceback', 'ERROR', 'ValueError: boom\nTraceback'],
])('Python’s %j', (raw, level, message) => {
  expect(read(raw)).toMatchObject({ level, message })
})

test.each(['[NOTE] not a level', '[]', '[WARNING]no blank', '2026-05-06T07:08:09.123Z\tid\tLOUD\tx'])('%j is no prefix', raw => {
  const record = read(raw)
  expect(record.message).toBe(raw)
  expect(record.level).toBeUndefined()
})

test('a JSON line: level, message, time and id are its own', () => {
  const raw = '{"timestamp":"2026-05-06T07:08:09Z","level":"warn","requestId":"own","message":"said"}'
  expect(read(raw)).toMatchObject({
    timestamp: new Date('2026-05-06T07:08:09Z'),
    level: 'WARN',
    requestId: 'own',
    message: 'said',
    json: { level: 'warn' },
  })
})

test('JSON with a time or level that is none keeps the time of reading', () => {
  const record = read('{"timestamp":"yesterday","level":"loud","message":{"a":1}}')
  expect(record.timestamp).toEqual(new Date(TIME))
  expect(record.level).toBeUndefined()
})

test.each(['[1,2]', '"text"', '{"cut', '12'])('%s is text, not a JSON object', raw => {
  expect(read(raw).json).toBeUndefined()
})

test('carriage returns in a message are its line breaks', () => {
  expect(read('one\rtwo')).toMatchObject({ message: 'one\ntwo', raw: 'one\rtwo' })
})

test('a platform line’s message has neither tab nor newline at its end', () => {
  const record = platformRecord('REPORT RequestId: x\tDuration: 1.00 ms\t', { instance: 'i', time: TIME })
  expect(record).toMatchObject({ source: 'platform', message: 'REPORT RequestId: x\tDuration: 1.00 ms' })
})
