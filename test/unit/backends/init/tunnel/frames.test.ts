import { expect, test } from 'vitest'
import { encodeFrame, FrameReader, FrameType, ProtocolError } from '../../../../../src/backends/init/tunnel/frames.ts'
import { seeded } from '../../../../init/seeded.ts'

const sent: [number, number, string][] = [
  [FrameType.data, 7, 'hello'],
  [FrameType.event, 0, 'an event'],
  [FrameType.end, 7, ''],
  [FrameType.log, 0, 'x'.repeat(300)],
  [FrameType.reply, 0xffffffff, 'ok'],
  [FrameType.data, 8, ''],
]
const bytes = Buffer.concat(sent.map(([type, channel, text]) => encodeFrame(type, channel, Buffer.from(text))))

test.each([1, 2, 3, 7, 8, 9, 64, bytes.length])('finds the same frames in reads of %i bytes', size => {
  const got: [number, number, string][] = []
  let begun = ''
  const reader = new FrameReader((type, channel, payload, last) => {
    begun += payload.toString()
    if (!last) return
    got.push([type, channel, begun])
    begun = ''
  })
  for (let at = 0; at < bytes.length; at += size) {
    const read = Buffer.from(bytes.subarray(at, at + size))
    reader.push(read)
    read.fill(0xee)
  }
  expect(got).toEqual(sent)
})

test('passes on copies of all payloads but data', () => {
  const got: [number, number, Buffer][] = []
  const reader = new FrameReader((type, channel, payload) => got.push([type, channel, payload]))
  const read = Buffer.from(bytes)
  reader.push(read)
  read.fill(0xee)
  const kept = sent.map(([type, channel, text]) => [type, channel, type === FrameType.data ? text.replace(/./g, '\xee') : text])
  expect(got.map(([type, channel, payload]) => [type, channel, payload.toString('latin1')])).toEqual(kept)
})

test('passes on only data and log frames in pieces', () => {
  const pieces: number[] = []
  const reader = new FrameReader(type => pieces.push(type))
  for (const byte of bytes) reader.push(Buffer.from([byte]))
  expect(pieces.filter(type => type === FrameType.event)).toHaveLength(1)
  expect(pieces.filter(type => type === FrameType.log)).toHaveLength(300)
})

test('turns random bytes into frames or a ProtocolError', () => {
  const random = seeded(1)
  let refused = 0
  for (let round = 0; round < 500; round++) {
    const noise = Buffer.alloc(1 + random.below(2000))
    random.fill(noise)
    // Half of the headers have a valid length.
    if (round % 2) noise[1] = 0
    try {
      new FrameReader(() => {}).push(noise)
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError)
      refused++
    }
  }
  expect(refused).toBeGreaterThan(250)
})
