import { once } from 'node:events'
import { Duplex, PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { demultiplexed } from '../../../../../src/backends/engines/containers/multiplexed-stream.ts'
import { spoiling } from '../../../../support/spoiling.ts'

function record(channel: number, text: string): Buffer {
  const head = Buffer.alloc(8)
  head[0] = channel
  head.writeUInt32BE(text.length, 4)
  return Buffer.concat([head, Buffer.from(text)])
}

test.each([1, 3, 8, 11, 100])('reads stdout, drops stderr and writes stdin, in reads of %i bytes', async size => {
  const incoming = new PassThrough()
  const outgoing = new PassThrough()
  const raw = spoiling(Duplex.from({ readable: incoming, writable: outgoing }))
  const plain = demultiplexed(raw)
  let output = ''
  plain.on('data', chunk => {
    output += chunk
  })
  const bytes = Buffer.concat([record(1, 'hello '), record(2, 'oops'), record(1, ''), record(1, 'world')])
  for (let at = 0; at < bytes.length; at += size) {
    incoming.write(bytes.subarray(at, at + size))
    // Bytes that are written in one turn of the event loop would be read in one piece.
    await new Promise(setImmediate)
  }
  plain.write('to stdin')
  expect(String((await once(outgoing, 'data'))[0])).toBe('to stdin')
  incoming.end()
  await once(plain, 'end')
  expect(output).toBe('hello world')
})
