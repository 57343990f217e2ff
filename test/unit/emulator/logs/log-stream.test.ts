import { describe, expect, test } from 'vitest'
import { LogStream, logTail } from '../../../../src/emulator/logs/log-stream.ts'
import type { LogRecord } from '../../../../src/model/log-record.ts'

const raws = (records: readonly LogRecord[]): string[] => records.map(({ raw }) => raw)

describe('what belongs to an invocation', () => {
  test('is what came between collect and takeCollected', () => {
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

  test('a platform line ends a line without its newline', () => {
    const stream = new LogStream('i')
    stream.collect()
    stream.output(Buffer.from('partial'))
    stream.platform('END')
    stream.output(Buffer.from('later\n'))
    expect(raws(stream.takeCollected())).toEqual(['partial', 'END', 'later'])
  })

  test('muted output is dropped', () => {
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

test('whoever follows gets what came before, once', () => {
  const stream = new LogStream('i')
  stream.output(Buffer.from('before\n'))
  const seen: string[] = []
  const stop = stream.follow(({ raw }) => seen.push(raw))
  stream.output(Buffer.from('after\n'))
  stop()
  stream.output(Buffer.from('unheard\n'))
  expect(seen).toEqual(['before', 'after'])
})

describe('the tail', () => {
  const records = (...lines: string[]): LogRecord[] => {
    const stream = new LogStream('i')
    stream.collect()
    for (const line of lines) stream.platform(line)
    return [...stream.takeCollected()]
  }

  test('is all, while it is short', () => {
    expect(logTail(records('START', 'END'))).toBe('START\nEND\n')
  })

  test.each([4095, 4096, 4097, 10_000])('of a line of %i bytes and its newline is 4,096 bytes at most', length => {
    const tail = logTail(records('x'.repeat(length)))
    expect(tail).toBe(`${'x'.repeat(Math.min(length, 4095))}\n`)
  })

  test('counts bytes, not characters', () => {
    const tail = logTail(records('ä'.repeat(3000)))
    expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4098)
    expect(tail.endsWith('ää\n')).toBe(true)
  })
})
