import { describe, expect, test } from 'vitest'
import { LineSplitter, type SplitLine } from '../../../../src/emulator/logs/line-splitter.ts'

function frame(text: string, { type = 0xa55a0003, length = Buffer.byteLength(text) } = {}): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32BE(type, 0)
  head.writeUInt32BE(length, 4)
  head.writeBigInt64BE(1_700_000_000_000_000n, 8)
  return Buffer.concat([head, Buffer.from(text)])
}

/** What comes of `data`, written in pieces of so many bytes, and flushed at the end. */
function split(data: Buffer, size = data.length): SplitLine[] {
  const lines: SplitLine[] = []
  const splitter = new LineSplitter(line => lines.push(line))
  for (let start = 0; start < data.length; start += size) splitter.write(data.subarray(start, start + size))
  splitter.flush()
  return lines
}

const texts = (lines: readonly SplitLine[]): string[] => lines.map(({ text }) => text)

describe('lines', () => {
  test('a line ends with a newline, which is no part of it', () => {
    expect(texts(split(Buffer.from('one\n\n  two \r\n')))).toEqual(['one', '', '  two \r'])
  })

  test('what has no newline is a line at the flush', () => {
    expect(texts(split(Buffer.from('one\ntwo')))).toEqual(['one', 'two'])
  })

  test('a flush with nothing there gives nothing', () => {
    expect(split(Buffer.from('one\n'))).toEqual([{ text: 'one' }])
  })

  test('bytes that are no UTF-8 are replaced', () => {
    expect(texts(split(Buffer.from([0x61, 0xff, 0x62, 0x0a])))).toEqual(['a\ufffdb'])
  })
})

describe('frames', () => {
  test('a frame is one message, its newlines in it, the last one cut off', () => {
    expect(split(frame('one\ntwo\n'))).toEqual([{ text: 'one\ntwo' }])
  })

  test.each([
    [0xa55a0003 | (1 << 2), 'TRACE'],
    [0xa55a0003 | (3 << 2), 'INFO'],
    [0xa55a0002 | (6 << 2), 'FATAL'],
  ])('type %i has level %s', (type, level) => {
    expect(split(frame('said', { type: type >>> 0 }))).toEqual([{ text: 'said', level }])
  })

  test('an empty frame is an empty message', () => {
    expect(split(frame(''))).toEqual([{ text: '' }])
  })

  test('a line without its newline before a frame is a line', () => {
    expect(texts(split(Buffer.concat([Buffer.from('partial'), frame('framed'), Buffer.from('after\n')])))).toEqual([
      'partial',
      'framed',
      'after',
    ])
  })

  const mixed = Buffer.concat([
    Buffer.from('first ä\n'),
    frame('framed\nof two lines 漢', { type: (0xa55a0003 | (3 << 2)) >>> 0 }),
    Buffer.from('between\n'),
    frame('{"message":"JSON"}\n', { type: (0xa55a0002 | (5 << 2)) >>> 0 }),
    frame(''),
    Buffer.from('last'),
  ])
  const whole = split(mixed)

  test('what it gives of a mixture', () => {
    expect(whole).toEqual([
      { text: 'first ä' },
      { text: 'framed\nof two lines 漢', level: 'INFO' },
      { text: 'between' },
      { text: '{"message":"JSON"}', level: 'ERROR' },
      { text: '' },
      { text: 'last' },
    ])
  })

  test.each(Array.from({ length: mixed.length - 1 }, (_, n) => n + 1))('is the same in pieces of %i bytes', size => {
    expect(split(mixed, size)).toEqual(whole)
  })

  test('is the same when cut in two at any byte', () => {
    for (let cut = 1; cut < mixed.length; cut++) {
      const lines: SplitLine[] = []
      const splitter = new LineSplitter(line => lines.push(line))
      splitter.write(mixed.subarray(0, cut))
      splitter.write(mixed.subarray(cut))
      splitter.flush()
      expect(lines).toEqual(whole)
    }
  })

  test('a length beyond what a message can have does not hold back what follows', () => {
    const lines: SplitLine[] = []
    const splitter = new LineSplitter(line => lines.push(line))
    splitter.write(Buffer.concat([Buffer.from('before\n'), frame('lies', { length: 0xffffffff }), Buffer.from('\nafter\n')]))
    expect(texts(lines).at(0)).toBe('before')
    expect(texts(lines).at(-1)).toBe('after')
  })

  test('bytes of a frame’s start that are none do not hold back what follows', () => {
    const lines: SplitLine[] = []
    const splitter = new LineSplitter(line => lines.push(line))
    splitter.write(Buffer.concat([Buffer.from([0xa5, 0x5a, 0x00, 0xff]), Buffer.from('not a frame at all\nafter\n')]))
    expect(texts(lines).at(-1)).toBe('after')
  })

  test('a length that is a lie gets what came until the barrier, then all is as before', () => {
    const lines: SplitLine[] = []
    const splitter = new LineSplitter(line => lines.push(line))
    splitter.write(frame('short', { length: 1000 }))
    splitter.flush()
    splitter.write(Buffer.from('after\n'))
    expect(texts(lines).at(-1)).toBe('after')
    expect(texts(lines).join('')).toContain('short')
  })

  test('a stream without newline or end is cut, so that it can’t fill the memory', () => {
    const lines: SplitLine[] = []
    const splitter = new LineSplitter(line => lines.push(line))
    const megabyte = Buffer.alloc(1024 * 1024, 0x61)
    for (let n = 0; n < 40; n++) splitter.write(megabyte)
    expect(lines.length).toBeGreaterThan(0)
    splitter.flush()
    expect(texts(lines).reduce((sum, text) => sum + text.length, 0)).toBe(40 * 1024 * 1024)
  })
})
