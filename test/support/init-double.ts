import { type Duplex, duplexPair } from 'node:stream'
import { encodeFrame, FrameReader, FrameType, PROTOCOL_VERSION } from '../../src/backends/init/tunnel/frames.ts'
import { encodeHello, HelloFinder } from '../../src/backends/init/tunnel/hello.ts'
import { PayloadWriter } from '../../src/backends/init/tunnel/payload.ts'

const COMMANDS = ['', 'start', 'stop', 'memory', 'freeze', 'thaw', 'extensions', 'listen', '', 'filesDone']

/** A double of the init at the other end of a stream. It answers each command at once, and records what it was sent. */
export class InitDouble {
  /** The names of the commands so far. */
  readonly commands: string[] = []
  /** The payloads of the frames that came, other than commands. */
  readonly frames: { readonly type: number; readonly channel: number; readonly payload: string }[] = []
  /** The frames that the test process has acknowledged. */
  acknowledged = 0
  boot = '0123456789abcdef'
  version: number = PROTOCOL_VERSION
  window = 1024 * 1024
  /** The reply to a command in place of success, or `undefined` for no reply. */
  reply: (command: string) => Buffer | 'none' | undefined = () => undefined
  /** Called with each frame. */
  onFrame: () => void = () => undefined
  readonly #token: Buffer
  readonly #sent: Buffer[] = []
  #received = 0
  #write: ((bytes: Buffer) => void) | undefined

  constructor(token: Buffer) {
    this.#token = token
  }

  /** A stream to this init, as an engine's exec opens it. */
  stream(): Duplex {
    const [near, far] = duplexPair()
    far.on(
      'data',
      this.connect(bytes => void far.write(bytes)),
    )
    far.on('end', () => far.end())
    far.on('error', () => {})
    near.on('close', () => far.destroy())
    return near
  }

  /** Connects a stream: `write` gets the bytes for the test process, and the result takes those from it. */
  connect(write: (bytes: Buffer) => void): (bytes: Buffer) => void {
    const reader = new FrameReader((type, channel, payload, last) => this.#take(type, channel, payload, last))
    let take = (bytes: Buffer): void => finder.push(bytes)
    const finder = new HelloFinder(this.#token, ({ received }, rest) => {
      take = bytes => reader.push(bytes)
      const hello = { version: this.version, window: this.window, received: this.#received, boot: this.boot }
      write(Buffer.concat([this.#token, encodeHello(hello)]))
      this.#write = write
      if (this.#sent.length === 0) this.send(FrameType.event, 0, Buffer.of(1))
      else for (const frame of this.#sent.slice(received)) write(frame)
      take(rest)
    })
    return bytes => take(bytes)
  }

  /** Sends a frame, now and again on each later stream that has not received it. */
  send(type: number, channel: number, payload: Uint8Array | string = ''): void {
    const frame = encodeFrame(type, channel, Buffer.from(payload as string))
    this.#sent.push(frame)
    this.#write?.(frame)
  }

  /** Sends bytes that are no frame, or one that is not counted, on the current stream only. */
  sendRaw(bytes: Buffer): void {
    this.#write?.(bytes)
  }

  /** Reports the end of the runtime. */
  exit(code: number): void {
    this.send(FrameType.event, 0, Buffer.from([2, 0, 0, code, 0, ...Buffer.from('node')]))
  }

  #take(type: number, channel: number, payload: Buffer, last: boolean): void {
    if (type === FrameType.ack) {
      this.acknowledged = Number(payload.readBigUInt64BE(0))
      return this.onFrame()
    }
    if (last) this.#received++
    if (type === FrameType.command) {
      const command = COMMANDS[payload[0]!] ?? ''
      this.commands.push(command)
      const reply = this.reply(command) ?? success(command)
      if (reply !== 'none') this.send(FrameType.reply, channel, reply)
    } else {
      this.frames.push({ type, channel, payload: payload.toString('latin1') })
    }
    this.onFrame()
  }
}

function success(command: string): Buffer {
  const reply = new PayloadWriter().u8(0)
  if (command === 'memory') reply.u64(50_000_000).u64(0).u64(0)
  if (command === 'filesDone') reply.u32(1)
  return reply.done()
}

/** A reply that says that a command has failed. */
export function failure(errno: number, message: string): Buffer {
  return Buffer.concat([new PayloadWriter().u8(1).u32(errno).done(), Buffer.from(message)])
}
