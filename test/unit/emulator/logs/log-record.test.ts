import { describe, expect, test } from 'vitest'
import { functionRecord, type LineContext, platformRecord } from '../../../../src/emulator/logs/log-record.ts'
import type { LogRecord } from '../../../../src/model/log-record.ts'

const TIME = Date.parse('2026-01-02T03:04:05.678Z')
const ID = '8f5c8d2e-0d0a-4b3c-9a51-6f0d6a0c1b11'
const OTHER = '11111111-2222-4333-8444-555555555555'
const RUNNING: LineContext = { instance: 'i', time: TIME, requestId: ID, lastRequestId: ID }
const BETWEEN: LineContext = { instance: 'i', time: TIME, lastRequestId: ID }

/** A line of stdout or stderr. */
const line = (text: string, context = RUNNING): LogRecord => functionRecord({ text, isFramed: false }, context)
/** A message on the telemetry descriptor. */
const message = (text: string, context = RUNNING): LogRecord => functionRecord({ text, isFramed: true }, context)

test('a line is its message, of the running invocation and of the time it arrived at', () => {
  expect(line('just text')).toEqual({
    timestamp: new Date(TIME),
    source: 'function',
    instance: 'i',
    requestId: ID,
    message: 'just text',
    raw: 'just text',
  })
})

describe('the prefix of AWS’s runtimes', () => {
  test.each(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'])('of Node.js gives the level %s and is left out', level => {
    const text = `2026-05-06T07:08:09.123Z\t${ID}\t${level}\tsaid\tso`
    for (const read of [line, message]) expect(read(text)).toMatchObject({ level, message: 'said\tso', raw: text })
  })

  test.each([
    ['[WARNING]\t2026-05-06T07:08:09.123Z\t\tsaid', 'WARN', 'said'],
    [`[CRITICAL]\t2026-05-06T07:08:09.123Z\t${ID}\tsaid`, 'FATAL', 'said'],
  ])('of Python in %j gives the level and is left out', (text, level, said) => {
    for (const read of [line, message]) expect(read(text)).toMatchObject({ level, message: said, raw: text })
  })

  test('of an error in Python is left out', () => {
    const parts = ['[ERROR] ValueError: boom', 'Traceback (most recent call last):', '  File "app.py"']
    const said = parts.join('\n').replace('[ERROR] ', '')
    expect(message(parts.join('\n'))).toMatchObject({ level: 'ERROR', message: said })
    expect(line(parts.join('\r'))).toMatchObject({ level: 'ERROR', message: said })
  })

  test.each(['undefined', '-'])('has %s for the id during init', id => {
    const text = `2026-05-06T07:08:09.123Z\t${id}\tINFO\tsaid`
    const record = line(text, { instance: 'i', time: TIME })
    expect(record).toMatchObject({ level: 'INFO', message: 'said' })
    expect(record.requestId).toBeUndefined()
  })

  test.each(['1970-01-01T00:00:00.000Z', '-000001-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z'])(
    'may have the time %s of a changed clock, and the record keeps its own',
    time => {
      expect(line(`${time}\t${ID}\tINFO\tsaid`)).toMatchObject({ message: 'said', timestamp: new Date(TIME) })
    },
  )

  test('turns carriage returns back into line breaks, but not in frames', () => {
    const text = `2026-05-06T07:08:09.123Z\t${ID}\tINFO\tone\rtwo`
    expect(line(text).message).toBe('one\ntwo')
    expect(message(text).message).toBe('one\rtwo')
  })
})

describe('text that only looks like a runtime’s prefix stays', () => {
  test.each([
    '[INFO] started',
    '[ERROR] no traceback follows',
    '[NOTE] not a level',
    '[]',
    '[WARNING]no blank',
    'three\rfour',
    `2026-05-06T07:08:09.123Z\t${ID}\tLOUD\tx`,
    `2026-05-06T07:08:09.123Z\t${OTHER}\tINFO\ta line of another log`,
    `[INFO]\t2026-05-06T07:08:09.123Z\t${OTHER}\ta line of another log`,
  ])('%j', text => {
    const record = line(text)
    expect(record).toMatchObject({ message: text, requestId: ID, timestamp: new Date(TIME) })
    expect(record.level).toBeUndefined()
  })

  test('in a frame, whose formatter a function may have changed', () => {
    expect(message('[INFO] started')).toMatchObject({ message: '[INFO] started' })
  })
})

describe('a JSON line', () => {
  test('has its own level and message, but neither its own time nor its own id', () => {
    const raw = `{"timestamp":"2020-05-06T07:08:09Z","level":"warn","requestId":"${OTHER}","message":"said"}`
    for (const read of [line, message]) {
      expect(read(raw)).toMatchObject({
        timestamp: new Date(TIME),
        level: 'WARN',
        requestId: ID,
        message: 'said',
        json: { level: 'warn', requestId: OTHER },
      })
    }
  })

  test('is its own message if it has none, and has no level if it has none of AWS’s', () => {
    const raw = '{"level":30,"message":{"a":1}}'
    expect(line(raw)).toMatchObject({ message: raw, json: { level: 30 } })
    expect(line(raw).level).toBeUndefined()
  })

  test.each(['[1,2]', '"text"', '{"cut', '12'])('is not %s', raw => {
    expect(line(raw).json).toBeUndefined()
  })
})

describe('between two invocations', () => {
  test('a record belongs to the invocation before if its prefix or its JSON names that one', () => {
    expect(line(`2026-05-06T07:08:09.123Z\t${ID}\tINFO\tlate`, BETWEEN)).toMatchObject({ requestId: ID, message: 'late' })
    expect(message(`{"requestId":"${ID}","message":"late"}`, BETWEEN)).toMatchObject({ requestId: ID, message: 'late' })
  })

  test.each(['late', `{"requestId":"${OTHER}"}`, `2026-05-06T07:08:09.123Z\t${OTHER}\tINFO\tx`])('%j belongs to none', text => {
    expect(line(text, BETWEEN).requestId).toBeUndefined()
  })

  test('before the first invocation a record belongs to none', () => {
    expect(line('{"requestId":null}', { instance: 'i', time: TIME })).not.toHaveProperty('requestId')
  })
})

test('a platform line’s message has neither tab nor newline at its end', () => {
  const record = platformRecord('REPORT RequestId: x\tDuration: 1.00 ms\t', { instance: 'i', time: TIME })
  expect(record).toMatchObject({ source: 'platform', message: 'REPORT RequestId: x\tDuration: 1.00 ms' })
})
