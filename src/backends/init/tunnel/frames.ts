/** Types of the tunnel's frames. @see init/README.md */
export const FrameType = {
  hello: 1,
  ack: 2,
  open: 16,
  data: 17,
  end: 18,
  reset: 19,
  credit: 20,
  expect: 21,
  receipt: 22,
  log: 32,
  logDropped: 33,
  event: 48,
  command: 64,
  reply: 65,
  file: 80,
  fileData: 81,
} as const

export const PROTOCOL_VERSION = 2
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

/**
 * Data and log come in pieces as they arrive: `last` says that the frame is over. A piece of data may be a view of a buffer that is
 * filled again, to be copied by who keeps it; all else is the listener's own.
 */
export type FrameListener = (type: number, channel: number, payload: Buffer, last: boolean) => void

/** Cuts a byte stream into frames; copies only heads and small bodies that span two reads. */
export class FrameReader {
  private head: Buffer = NOTHING
  private type = 0
  private channel = 0
  /** Bytes of the present frame's payload that are to come; below 0 while its head is. */
  private left = -1
  private body: Buffer | undefined
  private readonly listener: FrameListener

  constructor(listener: FrameListener) {
    this.listener = listener
  }

  /** @throws ProtocolError if a head can't be one, so that nothing after it can be trusted. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.left < 0) {
        at = this.takeHead(chunk, at)
        if (this.left !== 0) continue
      }
      const piece = chunk.subarray(at, at + this.left)
      at += piece.length
      this.left -= piece.length
      this.takePiece(piece)
    }
  }

  private takeHead(chunk: Buffer, at: number): number {
    const end = at + HEADER_SIZE - this.head.length
    const piece = chunk.subarray(at, end)
    const head = this.head.length > 0 ? Buffer.concat([this.head, piece]) : piece
    if (head.length < HEADER_SIZE) {
      this.head = Buffer.from(head)
      return chunk.length
    }
    this.head = NOTHING
    const first = head.readUInt32BE(0)
    this.type = first >>> 24
    this.left = first & 0xffffff
    this.channel = head.readUInt32BE(4)
    if (this.left > MAX_PAYLOAD) throw new ProtocolError(`A frame of ${this.left} bytes; at most ${MAX_PAYLOAD} are possible.`)
    return end
  }

  private takePiece(piece: Buffer): void {
    const last = this.left === 0
    if (last) this.left = -1
    if (this.type === FrameType.data || this.type === FrameType.log) {
      this.listener(this.type, this.channel, this.type === FrameType.data ? piece : Buffer.from(piece), last)
      return
    }
    const body = this.body ? Buffer.concat([this.body, piece]) : Buffer.from(piece)
    this.body = last ? undefined : body
    if (last) this.listener(this.type, this.channel, body, true)
  }
}
