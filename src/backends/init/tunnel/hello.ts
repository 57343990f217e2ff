import { encodeFrame, FrameType, HEADER_SIZE, HELLO_SIZE } from './frames.ts'

/** How each side begins on a new stream. */
export interface Hello {
  readonly version: number
  /** Bytes it takes on one connection before it credits more. */
  readonly window: number
  /** Numbered frames it has had, ever. */
  readonly received: number
  /** Which init this is, 16 hex digits: another one has lost everything. */
  readonly boot: string
}

export function encodeHello(hello: Hello): Buffer {
  const payload = Buffer.alloc(HELLO_SIZE)
  payload.writeUInt8(hello.version, 0)
  payload.writeUInt32BE(hello.window, 4)
  payload.writeBigUInt64BE(BigInt(hello.received), 8)
  payload.write(hello.boot, 16, 'hex')
  return encodeFrame(FrameType.hello, 0, payload)
}

/** Finds token and hello behind whatever an earlier stream left, wherever reads cut them. */
export class HelloFinder {
  private bytes: Buffer = Buffer.alloc(0)
  private found = false
  private readonly token: Buffer
  private readonly listener: (hello: Hello, rest: Buffer) => void

  constructor(token: Buffer, listener: (hello: Hello, rest: Buffer) => void) {
    this.token = token
    this.listener = listener
  }

  push(chunk: Buffer): void {
    this.bytes = this.bytes.length > 0 ? Buffer.concat([this.bytes, chunk]) : Buffer.from(chunk)
    if (!this.found) {
      const at = this.bytes.indexOf(this.token)
      this.found = at >= 0
      // Without the whole token only its beginning can matter.
      this.bytes = this.bytes.subarray(this.found ? at : Math.max(0, this.bytes.length - this.token.length + 1))
    }
    const start = this.token.length + HEADER_SIZE
    if (!this.found || this.bytes.length < start + HELLO_SIZE) return
    const payload = this.bytes.subarray(start, start + HELLO_SIZE)
    this.listener(
      {
        version: payload.readUInt8(0),
        window: payload.readUInt32BE(4),
        received: Number(payload.readBigUInt64BE(8)),
        boot: payload.toString('hex', 16, 24),
      },
      this.bytes.subarray(start + HELLO_SIZE),
    )
  }
}
