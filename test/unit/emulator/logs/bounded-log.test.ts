import { expect, test } from 'vitest'
import { BoundedLog } from '../../../../src/emulator/logs/bounded-log.ts'
import type { LogRecord } from '../../../../src/model/log-record.ts'

const record = (raw: string): LogRecord => ({
  timestamp: new Date(0),
  source: 'function',
  instance: 'i',
  requestId: 'r',
  message: raw,
  raw,
})

function logOf(count: number, text: (n: number) => string): readonly LogRecord[] {
  const log = new BoundedLog()
  for (let n = 0; n < count; n++) log.add(record(text(n)))
  return log.records()
}

test('keeps every record of an ordinary log', () => {
  expect(logOf(20_000, n => `line ${n}`).map(({ raw }) => raw)).toEqual(Array.from({ length: 20_000 }, (_, n) => `line ${n}`))
})

test('keeps more than the beginning in order', () => {
  expect(logOf(50_000, n => String(n)).map(({ raw }) => Number(raw))).toEqual(Array.from({ length: 50_000 }, (_, n) => n))
})

test('keeps the beginning and the end of a very long one, and says what is missing', () => {
  const records = logOf(1_000_000, n => `line ${n}`)
  const index = records.findIndex(({ source }) => source === 'platform')
  expect(records[0]?.raw).toBe('line 0')
  expect(records[index - 1]?.raw).toBe(`line ${index - 1}`)
  expect(records.at(-1)?.raw).toBe('line 999999')
  const missing = 1_000_000 - (records.length - 1)
  expect(records[index]).toMatchObject({ instance: 'i', requestId: 'r' })
  expect(records[index]?.raw).toBe(
    `[lambda-fixtures: ${missing} of the following lines (11 MB) are missing, because a result keeps only the beginning and the end of a very long log]`,
  )
  expect(records[index + 1]?.raw).toBe(`line ${index + missing}`)
  expect(records.length).toBeLessThan(100_000)
})

test('keeps what has a level before what has none', () => {
  const log = new BoundedLog()
  for (let n = 0; n < 500_000; n++) log.add(n % 10_000 === 0 ? { ...record(`said ${n}`), level: 'INFO' } : record(`printed ${n}`))
  const records = log.records()
  expect(records.filter(({ level }) => level === 'INFO').map(({ raw }) => raw)).toEqual(
    Array.from({ length: 50 }, (_, n) => `said ${n * 10_000}`),
  )
  expect(records.length).toBeLessThan(100_000)
})

test('does not keep more than it can, if everything has a level', () => {
  const log = new BoundedLog()
  for (let n = 0; n < 500_000; n++) log.add({ ...record(`said ${n}`), level: 'INFO' })
  expect(log.records().length).toBeLessThan(150_000)
})

test('keeps long lines by their size', () => {
  const records = logOf(100, n => `${n}${'x'.repeat(1_000_000)}`)
  expect(records.length).toBeLessThan(20)
  expect(records.at(-1)?.raw.startsWith('99x')).toBe(true)
})

test('can be read twice', () => {
  const log = new BoundedLog()
  for (let n = 0; n < 200_000; n++) log.add(record(`line ${n}`))
  expect(log.records()).toEqual(log.records())
})
