/** Types of the tunnel's frames. @see init/README.md */
export const FrameType = {
  hello: 1,
  ack: 2,
  open: 16,
  data: 17,
  end: 18,
  reset: 19,
  credit: 20,
  log: 32,
  logDropped: 33,
  event: 48,
  command: 64,
  reply: 65,
  file: 80,
  fileData: 81,
} as const

export const PROTOCOL_VERSION = 1
export const TOKEN_SIZE = 16
export const HEADER_SIZE = 8
export const HELLO_SIZE = 24
/** Bytes after a frame's head, at most. */
export const MAX_PAYLOAD: number = 64 * 1024
/** From this type on frames are counted, kept until acknowledged and sent again after a re-open. */
export const FIRST_NUMBERED = 16

const NOTHING = Buffer.alloc(0)

/** The 8 bytes before a payload: u8 type, u24 length, u32 channel, big-endian. */
export function writeHeader(at: Buffer, offset: number, type: number, length: number, channel: number): void {
  at.writeUInt32BE(type * 0x1000000 + length, offset)
  at.writeUInt32BE(channel, offset + 4)
}

/** A whole frame in one piece. */
export function encodeFrame(type: number, channel: number, payload: Uint8Array = NOTHING): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_SIZE + payload.length)
  writeHeader(frame, 0, type, payload.length, channel)
  frame.set(payload, HEADER_SIZE)
  return frame
}

/** The peer sent what can't be: its stream has to be opened anew. */
export class ProtocolError extends Error {}

/** Called with a view of the bytes that came, to be copied only by who changes them. */
export type FrameListener = (type: number, channel: number, payload: Buffer) => void

/** Cuts a byte stream into frames; copies only what spans two reads. */
export class FrameReader {
  private chunks: Buffer[] = []
  private size = 0
  private needed = HEADER_SIZE
  private readonly listener: FrameListener

  constructor(listener: FrameListener) {
    this.listener = listener
  }

  /** @throws ProtocolError if a head can't be one, so that nothing after it can be trusted. */
  push(chunk: Buffer): void {
    let bytes = chunk
    if (this.size > 0) {
      this.chunks.push(chunk)
      this.size += chunk.length
      if (this.size < this.needed) return
      bytes = Buffer.concat(this.chunks, this.size)
      this.chunks = []
      this.size = 0
    }
    let at = 0
    this.needed = HEADER_SIZE
    while (bytes.length - at >= HEADER_SIZE) {
      const length = bytes.readUInt32BE(at) & 0xffffff
      if (length > MAX_PAYLOAD) throw new ProtocolError(`A frame of ${length} bytes; at most ${MAX_PAYLOAD} are possible.`)
      const end = at + HEADER_SIZE + length
      if (end > bytes.length) {
        this.needed = HEADER_SIZE + length
        break
      }
      this.listener(bytes[at]!, bytes.readUInt32BE(at + 4), bytes.subarray(at + HEADER_SIZE, end))
      at = end
    }
    if (at < bytes.length) {
      this.chunks.push(at === 0 ? bytes : bytes.subarray(at))
      this.size = bytes.length - at
    }
  }
}
