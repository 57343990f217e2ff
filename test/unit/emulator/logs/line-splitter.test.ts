import { describe, expect, test } from 'vitest'
import { LineSplitter, type SplitLine } from '../../../../src/emulator/logs/line-splitter.ts'

const TIME = 1_700_000_000_000_000n

function frame(text: string, { type = 0xa55a0003, length = Buffer.byteLength(text), time = TIME } = {}): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32BE(type, 0)
  head.writeUInt32BE(length, 4)
  head.writeBigInt64BE(time, 8)
  return Buffer.concat([head, Buffer.from(text)])
}

/** A part of a message, as our bootstraps write it. */
const part = (text: string, { key, isLast = false }: { key: number; isLast?: boolean }): Buffer =>
  frame(text, { type: isLast ? 0xa55a000f : 0xa55a008f, time: -(2n ** 63n) + BigInt(key) })

/** What becomes of `data` if it is written in pieces of this many bytes and flushed at the end. */
function split(data: Buffer, size = data.length): SplitLine[] {
  const lines: SplitLine[] = []
  const splitter = new LineSplitter(line => lines.push(line))
  for (let start = 0; start < data.length; start += size) {
    const chunk = Buffer.from(data.subarray(start, start + size))
    splitter.write(chunk)
    // The next chunk may come in the same buffer.
    chunk.fill(0xee)
  }
  splitter.flush()
  return lines
}

const texts = (lines: readonly SplitLine[]): string[] => lines.map(({ text }) => text)
const all = (...parts: (string | Buffer)[]): Buffer => Buffer.concat(parts.map(each => Buffer.from(each as string)))

describe('lines', () => {
  test('end with a newline, which does not belong to them', () => {
    expect(texts(split(Buffer.from('one\n\n  two \r\n')))).toEqual(['one', '', '  two \r'])
  })

  test('without a newline end at the flush', () => {
    expect(texts(split(Buffer.from('one\ntwo')))).toEqual(['one', 'two'])
  })

  test('are not made of nothing by a flush', () => {
    expect(split(Buffer.from('one\n'))).toEqual([{ text: 'one', isFramed: false }])
  })

  test('have replacement characters for bytes that are not UTF-8', () => {
    expect(texts(split(Buffer.from([0x61, 0xff, 0x62, 0x0a])))).toEqual(['a\ufffdb'])
  })

  test.each(['å', 'åZ', 'åZ\0', 'åZ\0\x02'])('can end in %j, which may also begin a frame', text => {
    expect(texts(split(Buffer.from(text)))).toEqual([text])
    expect(texts(split(Buffer.from(`${text}\n`), 1))).toEqual([text])
  })

  const limit = 1024 * 1024

  test.each([0, 1, 2, 3])('over 1 MiB become several, and no character is cut (%i bytes before)', before => {
    const text = `${'a'.repeat(before)}${'漢'.repeat(1_000_000)}`
    for (const size of [16_384, 10_000_000]) {
      const lines = texts(split(Buffer.from(`${text}\nnext\n`), size))
      expect(lines.at(-1)).toBe('next')
      expect(lines).toHaveLength(4)
      expect(lines.slice(0, -1).join('') === text, 'nothing is lost').toBe(true)
      for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(limit)
    }
  })

  test('of exactly 1 MiB are one, and the next byte begins another', () => {
    expect(texts(split(Buffer.from(`${'a'.repeat(limit)}\nb\n`))).map(({ length }) => length)).toEqual([limit, 1])
    expect(texts(split(Buffer.from(`${'a'.repeat(limit + 1)}\nb\n`), 4096)).map(({ length }) => length)).toEqual([limit, 1, 1])
  })
})

describe('frames', () => {
  test('are one message each, with its newlines but the last', () => {
    expect(split(frame('one\ntwo\n'))).toEqual([{ text: 'one\ntwo', isFramed: true }])
  })

  test.each([
    [0xa55a0003 | (1 << 2), 'TRACE'],
    [0xa55a0003 | (3 << 2), 'INFO'],
    [0xa55a0002 | (6 << 2), 'FATAL'],
  ])('of the type %i have the level %s', (type, level) => {
    expect(split(frame('said', { type: type >>> 0 }))).toEqual([{ text: 'said', isFramed: true, level }])
  })

  test('can be empty', () => {
    expect(split(frame(''))).toEqual([{ text: '', isFramed: true }])
  })

  test('do not tear a line that another process has not ended', () => {
    expect(texts(split(all('begun ', frame('framed'), 'ended\n')))).toEqual(['framed', 'begun ended'])
  })

  test('over 1 MiB become several messages', () => {
    const text = 'm'.repeat(2.5 * 1024 * 1024)
    for (const size of [16_384, 10_000_000]) {
      const lines = split(all(frame(`${text}\n`), 'next\n'), size)
      expect(texts(lines).join('') === `${text}next`, 'nothing is lost').toBe(true)
      expect(lines.map(({ isFramed }) => isFramed)).toEqual([true, true, true, false])
    }
  })

  const mixed = all(
    'first ä\n',
    frame('framed\nof two lines 漢', { type: (0xa55a0003 | (3 << 2)) >>> 0 }),
    'between\nbegun ',
    frame('{"message":"JSON"}\n', { type: (0xa55a0002 | (5 << 2)) >>> 0 }),
    frame(''),
    'and ended\n',
    part('a long ', { key: 1 }),
    'within\n',
    part('another ', { key: 2 }),
    part('message\n', { key: 1, isLast: true }),
    part('one', { key: 2, isLast: true }),
    'last',
  )
  const whole = split(mixed)

  test('can stand among lines', () => {
    expect(whole).toEqual([
      { text: 'first ä', isFramed: false },
      { text: 'framed\nof two lines 漢', isFramed: true, level: 'INFO' },
      { text: 'between', isFramed: false },
      { text: '{"message":"JSON"}', isFramed: true, level: 'ERROR' },
      { text: '', isFramed: true },
      { text: 'begun and ended', isFramed: false },
      { text: 'within', isFramed: false },
      { text: 'a long message', isFramed: true, level: 'INFO' },
      { text: 'another one', isFramed: true, level: 'INFO' },
      { text: 'last', isFramed: false },
    ])
  })

  test.each(Array.from({ length: mixed.length - 1 }, (_, n) => n + 1))('are the same in pieces of %i bytes', size => {
    expect(split(mixed, size)).toEqual(whole)
  })

  test('are the same when cut in two at any byte', () => {
    for (let cut = 1; cut < mixed.length; cut++) {
      const lines: SplitLine[] = []
      const splitter = new LineSplitter(line => lines.push(line))
      splitter.write(mixed.subarray(0, cut))
      splitter.write(mixed.subarray(cut))
      splitter.flush()
      expect(lines).toEqual(whole)
    }
  })
})

describe('frames that break off or lie', () => {
  test('a message whose last part is missing ends at the flush', () => {
    expect(texts(split(all(part('begun', { key: 1 }), 'line\n')))).toEqual(['line', 'begun'])
  })

  test('of too many incomplete messages, the oldest ends', () => {
    const parts = Array.from({ length: 101 }, (_, key) => part(`message ${key}`, { key }))
    const lines: SplitLine[] = []
    new LineSplitter(line => lines.push(line)).write(Buffer.concat(parts))
    expect(texts(lines)).toEqual(['message 0'])
  })

  test('a length that no frame has makes its bytes text', () => {
    const lines = texts(split(all('before\n', frame('lies', { length: 0xffffffff }), '\nafter\n')))
    expect([lines.at(0), lines.at(-1)]).toEqual(['before', 'after'])
  })

  test('a type that no frame has makes its bytes text', () => {
    const lines = texts(split(all(Buffer.from([0xa5, 0x5a, 0x00, 0xff]), 'not a frame at all\nafter\n')))
    expect(lines).toEqual(['\ufffdZ\0\ufffdnot a frame at all', 'after'])
  })

  test('a frame that is too short ends at the flush, and then lines are lines again', () => {
    const lines: SplitLine[] = []
    const splitter = new LineSplitter(line => lines.push(line))
    splitter.write(frame('short', { length: 1000 }))
    splitter.flush()
    splitter.write(Buffer.from('after\n'))
    expect(texts(lines)).toEqual(['short', 'after'])
  })
})

describe('8 MB take time in proportion to their size', () => {
  const SIZE = 8 * 1024 * 1024
  const fill = (bytes: string | Buffer): Buffer => Buffer.alloc(SIZE, bytes as string)

  test.each<[string, Buffer]>([
    ['a line without an end', fill('a')],
    ['the first bytes of a frame again and again', fill(Buffer.from([0xa5, 0x5a, 0x00]))],
    ['the first byte of a frame again and again', fill(Buffer.from([0xa5]))],
    ['headers of frames with a wrong length', fill(frame('', { length: 0xffffffff }))],
    ['headers of frames that are too short', fill(frame('', { length: 16 * 1024 * 1024 }))],
    ['empty frames', fill(frame(''))],
    ['letters between empty frames', fill(all('a', frame('')))],
    ['parts of messages that never end', fill(part('p', { key: 7 }))],
  ])('%s', (_, data) => {
    for (const size of [4096, SIZE]) {
      const cost = (total: number): number => {
        const splitter = new LineSplitter(() => undefined)
        const before = process.cpuUsage()
        for (let start = 0; start < total; start += size) splitter.write(data.subarray(start, Math.min(total, start + size)))
        splitter.flush()
        return process.cpuUsage(before).user
      }
      // An eighth costs an eighth; if the time grew with the square, the whole would cost 64 times as much.
      const eighth = Math.max(cost(SIZE / 8), 2_000)
      expect(cost(SIZE) / eighth).toBeLessThan(32)
    }
  })
})
