import { encodeFrame, FrameType, HEADER_SIZE, HELLO_SIZE } from './frames.ts'

/** The first frame that each side sends on a new stream. */
export interface Hello {
  readonly version: number
  /** The bytes that the sender accepts on one connection before it grants more credit. */
  readonly window: number
  /** How many numbered frames the sender has received since its start. */
  readonly received: number
  /** 16 hex digits that identify the init's process: after a restart the init has lost all its state. */
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

/** Finds the token and the hello that follows it. Bytes of an earlier stream may come first, and reads may cut them anywhere. */
export class HelloFinder {
  readonly #token: Buffer
  readonly #listener: (hello: Hello, rest: Buffer) => void
  #bytes: Buffer = Buffer.alloc(0)
  #isTokenFound = false

  constructor(token: Buffer, listener: (hello: Hello, rest: Buffer) => void) {
    this.#token = token
    this.#listener = listener
  }

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, chunk]) : Buffer.from(chunk)
    if (!this.#isTokenFound) {
      const at = this.#bytes.indexOf(this.#token)
      this.#isTokenFound = at >= 0
      // The last bytes may be the beginning of the token.
      this.#bytes = this.#bytes.subarray(this.#isTokenFound ? at : Math.max(0, this.#bytes.length - this.#token.length + 1))
    }
    const start = this.#token.length + HEADER_SIZE
    if (!this.#isTokenFound || this.#bytes.length < start + HELLO_SIZE) return
    const payload = this.#bytes.subarray(start, start + HELLO_SIZE)
    this.#listener(
      {
        version: payload.readUInt8(0),
        window: payload.readUInt32BE(4),
        received: Number(payload.readBigUInt64BE(8)),
        boot: payload.toString('hex', 16, 24),
      },
      this.#bytes.subarray(start + HELLO_SIZE),
    )
  }
}
