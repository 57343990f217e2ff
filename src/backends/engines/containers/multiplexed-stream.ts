import { Duplex } from 'node:stream'
import { takeBytes, type ViewSource, type ViewStream, withViews } from '../../init/tunnel/view-stream.ts'

const HEAD = 8
const STDOUT = 1

/**
 * Stdin and stdout of an exec without a TTY. Docker and podman send stdout and stderr on one stream, each piece after a head of
 * 8 bytes: u8 stream, 3 zeroes, u32 length. Stderr is dropped.
 */
export function demultiplexed(raw: ViewStream): Duplex & ViewSource {
  let head: Buffer = Buffer.alloc(0)
  let left = 0
  let channel = STDOUT

  const take = (chunk: Buffer): boolean => {
    let open = true
    for (let at = 0; at < chunk.length; ) {
      if (left === 0) {
        const part = chunk.subarray(at, at + HEAD - head.length)
        head = head.length === 0 ? Buffer.from(part) : Buffer.concat([head, part])
        at += part.length
        if (head.length < HEAD) break
        channel = head[0]!
        left = head.readUInt32BE(4)
        head = Buffer.alloc(0)
        continue
      }
      const part = chunk.subarray(at, at + left)
      at += part.length
      left -= part.length
      if (channel === STDOUT) open = give(part) && open
    }
    return open
  }

  const duplex = new Duplex({
    highWaterMark: 256 * 1024,
    read: () => void raw.resume(),
    write: (chunk, _encoding, done) => void raw.write(chunk, done),
    writev: (chunks, done) => {
      raw.cork()
      for (const [index, { chunk }] of chunks.entries()) raw.write(chunk, index === chunks.length - 1 ? done : undefined)
      raw.uncork()
    },
    final: done => void raw.end(done),
    destroy: (error, done) => {
      raw.destroy()
      done(error)
    },
  })
  const { stream: plain, give } = withViews(duplex)
  takeBytes(raw, take)
  raw.on('end', () => plain.push(null))
  raw.on('error', error => plain.destroy(error))
  raw.on('close', () => plain.destroy())
  return plain
}
