import type { Duplex } from 'node:stream'
import { backoff, clearTimeout, hrnow, retry, setTimeout } from '../../../platform/clock.ts'
import {
  FIRST_NUMBERED,
  type FrameListener,
  FrameReader,
  FrameType,
  HEADER_SIZE,
  PROTOCOL_VERSION,
  ProtocolError,
} from './frames.ts'
import { encodeHello, type Hello, HelloFinder } from './hello.ts'
import { instanceLost, isInstanceLost } from './instance-lost.ts'
import { Outbox } from './outbox.ts'
import { takeBytes, type ViewStream } from './view-stream.ts'

/** The bytes that the init may send on one connection before we grant more credit. */
export const RECEIVE_WINDOW: number = 1024 * 1024
const ACK_EVERY_BYTES = 256 * 1024
const ACK_EVERY_FRAMES = 256
const PAUSES_MS = { first: 40, longest: 500, factor: 1.5 }
const HELLO_TIMEOUT_MS = 15_000

export interface TunnelOptions {
  /** The 16 bytes that the init got as `LF_TOKEN`. */
  readonly token: Buffer
  /**
   * Opens a stream to the stdin and stdout of an exec of `init -x ID`. It is called again when that fails and when the stream is lost,
   * unless it throws a `RuntimeError` with the code `INSTANCE_LOST`.
   */
  readonly open: () => Promise<ViewStream>
  /** Milliseconds until the first stream must be open. */
  readonly startTimeout: number
  /** Milliseconds until a lost stream must be replaced. Must be below the init's own grace. */
  readonly grace: number
  readonly onFrame: FrameListener
  /** Called once, after the last frame. */
  readonly onLost: (error: Error) => void
}

/** The framed stream between test process and init. When the engine's stream breaks, it continues on a new one and loses nothing. */
export class Tunnel {
  readonly #options: TunnelOptions
  readonly #outbox: Outbox
  #stream: Duplex | undefined
  /** A stream on which the init has not answered yet. */
  #opened: Duplex | undefined
  #state: 'idle' | 'opening' | 'open' | 'closed' = 'idle'
  #boot: string | undefined
  #received = 0
  /** The bytes of an unfinished frame that the listener has already got. */
  #delivered = 0
  /** The bytes of them that the current stream has yet to repeat. */
  #repeated = 0
  #unackedFrames = 0
  #unackedBytes = 0
  #peerWindow = RECEIVE_WINDOW
  #roomWaiters: (() => void)[] = []
  #hasReached = false
  #started: PromiseWithResolvers<void> | undefined

  constructor(options: TunnelOptions) {
    this.#options = options
    this.#outbox = new Outbox(() => {
      for (const resolve of this.#roomWaiters.splice(0)) resolve()
    })
  }

  /** The bytes that we may send on a new connection before the init grants more credit. */
  get peerWindow(): number {
    return this.#peerWindow
  }

  /** Whether a stream was open at any time since {@link resetHasReached}. If not, nothing sent since then can have reached the init. */
  get hasReached(): boolean {
    return this.#hasReached
  }

  resetHasReached(): void {
    this.#hasReached = this.#state === 'open'
  }

  /** Resolves when the init has answered for the first time. @throws RuntimeError `INSTANCE_LOST` with the error of the last attempt */
  start(): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(instanceLost('it was given up before its init had answered'))
    this.#started = Promise.withResolvers()
    void this.#reopen(this.#options.startTimeout)
    return this.#started.promise
  }

  /** Sends a frame, now or as soon as a stream is open. The payload must not be changed afterwards. */
  send(type: number, channel: number, payload: Uint8Array = new Uint8Array(0)): void {
    if (this.#state !== 'closed') this.#outbox.push(type, channel, payload)
  }

  /** Resolves when no frame waits for the stream any more. */
  async room(): Promise<void> {
    while (this.#state !== 'closed' && this.#outbox.backlog > 0) {
      await new Promise<void>(resolve => {
        this.#roomWaiters.push(resolve)
      })
    }
  }

  /** Closes the stream without a word, after which the init ends when its grace is over. */
  close(): void {
    this.#finish(undefined)
  }

  /** Replaces the current stream, which may be dead, by a new one. */
  breakStream(): void {
    this.#stream?.destroy()
  }

  async #reopen(patience: number): Promise<void> {
    this.#state = 'opening'
    const deadline = hrnow() + patience
    const attempt = (): Promise<void> => this.#tryOnce(Math.min(HELLO_TIMEOUT_MS, Math.max(deadline - hrnow(), 1)))
    const isTransient = (error: unknown): boolean => this.#state === 'opening' && !isInstanceLost(error)
    try {
      await retry(attempt, { pauses: backoff({ ...PAUSES_MS, patience }), isTransient })
    } catch (cause) {
      if (isInstanceLost(cause)) this.#finish(cause)
      else
        this.#finish(
          instanceLost(`no stream to its init could be opened for ${patience} ms (${(cause as Error).message})`, cause),
        )
    }
  }

  async #tryOnce(patience: number): Promise<void> {
    if (this.#state === 'closed') return
    const stream = await this.#options.open()
    // TypeScript does not see that it may have been closed meanwhile.
    if ((this.#state as string) === 'closed') {
      stream.destroy()
      return
    }
    this.#opened = stream
    const hello = { version: PROTOCOL_VERSION, window: RECEIVE_WINDOW, received: this.#received, boot: '0'.repeat(16) }
    stream.write(Buffer.concat([this.#options.token, encodeHello(hello)]))
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => {
        clear()
        stream.on('error', () => {})
        stream.destroy()
        reject(error)
      }
      const ended = (): void => fail(new Error('The stream to the container ended before its init answered.'))
      const late = (): void => fail(new Error(`The container's init did not answer within ${Math.round(patience)} ms.`))
      const timer = setTimeout(late, patience)
      const finder = new HelloFinder(this.#options.token, (answer, rest) => {
        clear()
        try {
          this.#adopt(stream, answer, rest)
          resolve()
        } catch (error) {
          fail(error as Error)
        }
      })
      const find = (chunk: Buffer): void => finder.push(chunk)
      const clear = (): void => {
        clearTimeout(timer)
        stream.off('data', find).off('end', ended).off('close', ended).off('error', fail)
      }
      stream.on('data', find).on('end', ended).on('close', ended).on('error', fail)
    })
  }

  #adopt(stream: ViewStream, hello: Hello, rest: Buffer): void {
    if (hello.version !== PROTOCOL_VERSION)
      throw instanceLost(`its init speaks protocol ${hello.version}, and this library ${PROTOCOL_VERSION}`)
    if (this.#boot !== undefined && this.#boot !== hello.boot)
      throw instanceLost('its init was restarted, and everything that it ran is gone')
    if (!this.#outbox.attach(stream, hello.received)) throw instanceLost('its init does not know what was sent to it')
    this.#boot = hello.boot
    this.#peerWindow = hello.window
    this.#stream = stream
    this.#opened = undefined
    this.#state = 'open'
    this.#hasReached = true
    this.#unackedFrames = this.#unackedBytes = 0
    this.#repeated = this.#delivered
    const reader = new FrameReader((type, channel, payload, last) => {
      if (stream === this.#stream) this.#take(type, channel, payload, last)
    })
    const gone = (): void => this.#detach(stream)
    const take = (chunk: Buffer): boolean => {
      try {
        reader.push(chunk)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        stream.destroy()
      }
      return true
    }
    stream.on('end', gone).on('close', gone).on('error', gone)
    this.#started?.resolve()
    this.#started = undefined
    if (rest.length > 0) take(rest)
    takeBytes(stream, take)
  }

  #take(type: number, channel: number, payload: Buffer, last: boolean): void {
    if (type === FrameType.ack) {
      if (!this.#outbox.acknowledge(Number(payload.readBigUInt64BE(0))))
        throw new ProtocolError('The init acknowledges frames that were never sent.')
      return
    }
    if (type < FIRST_NUMBERED) throw new ProtocolError(`A frame has the unknown type ${type}.`)
    // A frame that was cut off with the earlier stream comes again from its beginning: the part that was delivered is skipped.
    const known = Math.min(this.#repeated, payload.length)
    this.#repeated -= known
    this.#delivered = last ? 0 : this.#delivered + payload.length - known
    this.#unackedBytes += HEADER_SIZE + payload.length
    if (last) {
      this.#received++
      this.#unackedFrames++
    }
    if (this.#unackedBytes >= ACK_EVERY_BYTES || this.#unackedFrames >= ACK_EVERY_FRAMES) {
      const count = Buffer.allocUnsafe(8)
      count.writeBigUInt64BE(BigInt(this.#received))
      this.#outbox.push(FrameType.ack, 0, count)
      this.#unackedFrames = this.#unackedBytes = 0
    }
    if (known < payload.length || payload.length === 0) this.#options.onFrame(type, channel, payload.subarray(known), last)
  }

  #detach(stream: Duplex): void {
    if (stream !== this.#stream) return
    this.#stream = undefined
    this.#outbox.detach()
    stream.on('error', () => {})
    stream.destroy()
    if (this.#state === 'open') void this.#reopen(this.#options.grace)
  }

  #finish(error: Error | undefined): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    for (const stream of [this.#stream, this.#opened]) {
      stream?.on('error', () => {})
      stream?.destroy()
    }
    this.#stream = this.#opened = undefined
    this.#outbox.detach()
    for (const resolve of this.#roomWaiters.splice(0)) resolve()
    if (this.#started) this.#started.reject(error ?? instanceLost('it was given up before its init had answered'))
    else if (error) this.#options.onLost(error)
    this.#started = undefined
  }
}
