/** The types of the tunnel's frames. @see init/README.md */
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
/** The largest payload of a frame, in bytes. */
export const MAX_PAYLOAD: number = 64 * 1024
/** Frames of this type and above are counted, kept until they are acknowledged, and sent again on a new stream. */
export const FIRST_NUMBERED = 16

const NOTHING = Buffer.alloc(0)

/** Writes the 8 bytes before a payload: u8 type, u24 length, u32 channel, big-endian. */
export function writeHeader(at: Buffer, type: number, length: number, channel: number): void {
  at.writeUInt32BE(type * 0x1000000 + length, 0)
  at.writeUInt32BE(channel, 4)
}

/** A whole frame in one buffer. */
export function encodeFrame(type: number, channel: number, payload: Uint8Array = NOTHING): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_SIZE + payload.length)
  writeHeader(frame, type, payload.length, channel)
  frame.set(payload, HEADER_SIZE)
  return frame
}

/** The peer sent bytes that are no valid frame, so the stream must be replaced by a new one. */
export class ProtocolError extends Error {}

/**
 * Called for each frame. Data and log frames are passed on in pieces as they arrive; `last` marks a frame's last piece. A piece of a
 * data frame may be a view of a buffer that is filled again, so a listener that keeps it must copy it; all other payloads are copies.
 */
export type FrameListener = (type: number, channel: number, payload: Buffer, last: boolean) => void

/** Cuts a byte stream into frames. It copies only headers and small payloads that span two reads. */
export class FrameReader {
  readonly #listener: FrameListener
  #head: Buffer = NOTHING
  #type = 0
  #channel = 0
  /** The bytes of the current payload that are still to come; -1 while a header is read. */
  #left = -1
  #body: Buffer | undefined

  constructor(listener: FrameListener) {
    this.#listener = listener
  }

  /** @throws ProtocolError if a header is invalid, after which nothing on this stream can be trusted */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#left < 0) {
        at = this.#takeHead(chunk, at)
        if (this.#left !== 0) continue
      }
      const piece = chunk.subarray(at, at + this.#left)
      at += piece.length
      this.#left -= piece.length
      this.#takePiece(piece)
    }
  }

  #takeHead(chunk: Buffer, at: number): number {
    const end = at + HEADER_SIZE - this.#head.length
    const piece = chunk.subarray(at, end)
    const head = this.#head.length > 0 ? Buffer.concat([this.#head, piece]) : piece
    if (head.length < HEADER_SIZE) {
      this.#head = Buffer.from(head)
      return chunk.length
    }
    this.#head = NOTHING
    const first = head.readUInt32BE(0)
    this.#type = first >>> 24
    this.#left = first & 0xffffff
    this.#channel = head.readUInt32BE(4)
    if (this.#left > MAX_PAYLOAD) throw new ProtocolError(`A frame has ${this.#left} bytes; the limit is ${MAX_PAYLOAD}.`)
    return end
  }

  #takePiece(piece: Buffer): void {
    const last = this.#left === 0
    if (last) this.#left = -1
    if (this.#type === FrameType.data || this.#type === FrameType.log) {
      this.#listener(this.#type, this.#channel, this.#type === FrameType.data ? piece : Buffer.from(piece), last)
      return
    }
    const body = this.#body ? Buffer.concat([this.#body, piece]) : Buffer.from(piece)
    this.#body = last ? undefined : body
    if (last) this.#listener(this.#type, this.#channel, body, true)
  }
}
