import { describe, expect, test } from 'vitest'
import { LogStream, logTail } from '../../../../src/emulator/logs/log-stream.ts'
import type { LogRecord } from '../../../../src/model/log-record.ts'

const raws = (records: readonly LogRecord[]): string[] => records.map(({ raw }) => raw)

describe('the records of an invocation', () => {
  test('are those between collect and takeCollected', () => {
    const stream = new LogStream('i')
    stream.output(Buffer.from('before\n'))
    stream.collect()
    stream.output(Buffer.from('with'))
    stream.output(Buffer.from('in\n'))
    stream.platform('END')
    expect(raws(stream.takeCollected())).toEqual(['within', 'END'])
    stream.output(Buffer.from('after\n'))
    expect(stream.takeCollected()).toEqual([])
  })

  test('end a line without a newline before a line of the platform', () => {
    const stream = new LogStream('i')
    stream.collect()
    stream.output(Buffer.from('partial'))
    stream.platform('END')
    stream.output(Buffer.from('later\n'))
    expect(raws(stream.takeCollected())).toEqual(['partial', 'END', 'later'])
  })

  test('do not contain what was written while muted', () => {
    const stream = new LogStream('i')
    stream.collect()
    stream.output(Buffer.from('heard'))
    stream.mute(true)
    stream.output(Buffer.from('unheard\n'))
    stream.mute(false)
    stream.output(Buffer.from('heard again\n'))
    expect(raws(stream.takeCollected())).toEqual(['heard', 'heard again'])
  })
})

test('the first follower gets the earlier records too', () => {
  const stream = new LogStream('i')
  stream.output(Buffer.from('before\n'))
  const seen: string[] = []
  const stop = stream.follow(({ raw }) => seen.push(raw))
  stream.output(Buffer.from('after\n'))
  stop()
  stream.output(Buffer.from('unheard\n'))
  expect(seen).toEqual(['before', 'after'])
})

test('a record knows the invocation that runs, and a late one the invocation before if it names that', () => {
  const stream = new LogStream('i')
  const seen: LogRecord[] = []
  stream.follow(record => seen.push(record))
  stream.output(Buffer.from('init\n'))
  stream.requestId = 'a'
  stream.output(Buffer.from('{"requestId":"b"}\n'))
  stream.requestId = undefined
  stream.output(Buffer.from('{"requestId":"a"}\n{"requestId":"b"}\nlate\n'))
  expect(seen.map(({ requestId }) => requestId)).toEqual([undefined, 'a', 'a', undefined, undefined])
})

test('makes a record of each line at once', () => {
  const stream = new LogStream('i')
  stream.collect()
  stream.output(Buffer.alloc(16 * 1024, '\n'))
  expect(stream.takeCollected()).toHaveLength(16 * 1024)
})

describe('the tail of a log', () => {
  const records = (...lines: string[]): LogRecord[] => {
    const stream = new LogStream('i')
    stream.collect()
    for (const line of lines) stream.platform(line)
    return [...stream.takeCollected()]
  }

  test('is the whole log if that is short', () => {
    expect(logTail(records('START', 'END'))).toBe('START\nEND\n')
  })

  test.each([4095, 4096, 4097, 10_000])('is at most 4,096 bytes of a line of %i bytes and its newline', length => {
    const tail = logTail(records('x'.repeat(length)))
    expect(tail).toBe(`${'x'.repeat(Math.min(length, 4095))}\n`)
  })

  test('counts bytes, not characters', () => {
    const tail = logTail(records('ä'.repeat(3000)))
    expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4098)
    expect(tail.endsWith('ää\n')).toBe(true)
  })
})
