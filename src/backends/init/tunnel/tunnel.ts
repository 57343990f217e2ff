import type { Duplex } from 'node:stream'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { clearTimeout, hrnow, setTimeout } from '../../../platform/clock.ts'
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
import { asInstanceLost, instanceLost } from './instance-lost.ts'
import { Outbox } from './outbox.ts'
import { takeBytes, type ViewedDuplex } from './view-stream.ts'

/** What the init may send on one connection before we credit more. */
export const RECEIVE_WINDOW: number = 1024 * 1024
const ACK_EVERY_BYTES = 256 * 1024
const ACK_EVERY_FRAMES = 256
const FIRST_PAUSE = 40
const LONGEST_PAUSE = 500
const HELLO_TIMEOUT = 15_000

export interface SessionOptions {
  /** The 16 bytes that the init got as `LF_TOKEN`. */
  readonly token: Buffer
  /**
   * Opens a stream to `init -x ID`: an exec's stdin and stdout, demultiplexed. Called again whenever it is lost or the call failed;
   * a `RuntimeError` with the code `INSTANCE_LOST` says that it is no use.
   */
  readonly open: () => Promise<ViewedDuplex>
  /** Milliseconds until the first stream must be there. */
  readonly startTimeout: number
  /** Milliseconds a lost stream may be away; below the init's own grace. */
  readonly grace: number
  readonly onFrame: FrameListener
  /** Called once, after the last frame. */
  readonly onLost: (error: Error) => void
}

/** The framed stream between test process and init. It outlives the engine's streams: what was under way when one broke comes on the next. */
export class Tunnel {
  private readonly options: SessionOptions
  private readonly outbox: Outbox
  private stream: Duplex | undefined
  /** A stream on which the init has not answered yet. */
  private opened: Duplex | undefined
  private state: 'idle' | 'opening' | 'open' | 'closed' = 'idle'
  private boot: string | undefined
  private received = 0
  /** Bytes of the frame after those that went to the listener already. */
  private delivered = 0
  private repeated = 0
  private unackedFrames = 0
  private unackedBytes = 0
  private window = RECEIVE_WINDOW
  private roomWaiters: (() => void)[] = []
  private reached = false
  private firstSync: { resolve: () => void; reject: (error: Error) => void } | undefined

  constructor(options: SessionOptions) {
    this.options = options
    this.outbox = new Outbox(() => {
      for (const resolve of this.roomWaiters.splice(0)) resolve()
    })
  }

  /** What we may send on a new connection. */
  get peerWindow(): number {
    return this.window
  }

  /** From now on it counts whether anything can have reached the init. */
  watch(): void {
    this.reached = this.state === 'open'
  }

  /** Since `watch` there was a stream. */
  get hasReached(): boolean {
    return this.reached
  }

  /** Resolves when the init has answered the first time. @throws RuntimeError `INSTANCE_LOST` with what the last try said. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.firstSync = { resolve, reject }
      this.reopen(this.options.startTimeout)
    })
  }

  /** Sends a frame, now or when there is a stream again. The payload must not be changed afterwards. */
  send(type: number, channel: number, payload: Uint8Array = new Uint8Array(0)): void {
    if (this.state !== 'closed') this.outbox.push(type, channel, payload)
  }

  /** For bulk senders: resolves when nothing waits any more. */
  async room(): Promise<void> {
    while (this.state !== 'closed' && this.outbox.backlog > 0) {
      await new Promise<void>(resolve => {
        this.roomWaiters.push(resolve)
      })
    }
  }

  /** Ends the stream without a farewell: the init's grace begins to run. */
  close(): void {
    this.finish(undefined)
  }

  /** Gives up the present stream, which may be dead, for a new one. */
  breakStream(): void {
    this.stream?.destroy()
  }

  private async reopen(patience: number): Promise<void> {
    this.state = 'opening'
    const deadline = hrnow() + patience
    let cause: unknown
    for (let pause = FIRST_PAUSE; this.state === 'opening'; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      try {
        await this.tryOnce(Math.min(HELLO_TIMEOUT, Math.max(deadline - hrnow(), 1)))
        return
      } catch (error) {
        cause = error
        if (error instanceof RuntimeError && error.code === 'INSTANCE_LOST') break
      }
      const left = deadline - hrnow()
      if (left <= 0) break
      await new Promise(resolve => setTimeout(resolve, Math.min(pause, left)))
    }
    this.finish(asInstanceLost(cause, patience))
  }

  private async tryOnce(patience: number): Promise<void> {
    const stream = await this.options.open()
    if (this.state === 'closed') {
      stream.destroy()
      return
    }
    this.opened = stream
    stream.write(
      Buffer.concat([
        this.options.token,
        encodeHello({ version: PROTOCOL_VERSION, window: RECEIVE_WINDOW, received: this.received, boot: '0'.repeat(16) }),
      ]),
    )
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => {
        clear()
        stream.on('error', () => {})
        stream.destroy()
        reject(error)
      }
      const ended = (): void => fail(new Error('The stream to the container ended before its init answered.'))
      const timer = setTimeout(
        () => fail(new Error(`The container's init did not answer within ${Math.round(patience)} ms.`)),
        patience,
      )
      const finder = new HelloFinder(this.options.token, (hello, rest) => {
        clear()
        try {
          this.adopt(stream, hello, rest)
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

  private adopt(stream: ViewedDuplex, hello: Hello, rest: Buffer): void {
    if (hello.version !== PROTOCOL_VERSION)
      throw instanceLost(`its init speaks protocol ${hello.version}, this library ${PROTOCOL_VERSION}`)
    if (this.boot !== undefined && this.boot !== hello.boot)
      throw instanceLost('its init was started anew, and all it ran is gone')
    if (!this.outbox.attach(stream, hello.received)) throw instanceLost('its init does not know what was sent to it')
    this.boot = hello.boot
    this.window = hello.window
    this.stream = stream
    this.opened = undefined
    this.state = 'open'
    this.reached = true
    this.unackedFrames = this.unackedBytes = 0
    const reader = new FrameReader((type, channel, payload, last) => {
      if (stream === this.stream) this.take(type, channel, payload, last)
    })
    this.repeated = this.delivered
    const gone = (): void => this.detach(stream)
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
    this.firstSync?.resolve()
    this.firstSync = undefined
    if (rest.length > 0) take(rest)
    takeBytes(stream, take)
  }

  private take(type: number, channel: number, payload: Buffer, last: boolean): void {
    if (type === FrameType.ack) {
      if (!this.outbox.acknowledge(Number(payload.readBigUInt64BE(0))))
        throw new ProtocolError('An acknowledgement of what was never sent.')
      return
    }
    if (type < FIRST_NUMBERED) throw new ProtocolError(`A frame of the unknown type ${type}.`)
    // A frame that an earlier stream broke off comes again, whole: what was delivered of it is passed over.
    const known = Math.min(this.repeated, payload.length)
    this.repeated -= known
    this.delivered = last ? 0 : this.delivered + payload.length - known
    this.unackedBytes += HEADER_SIZE + payload.length
    if (last) {
      this.received++
      this.unackedFrames++
    }
    if (this.unackedBytes >= ACK_EVERY_BYTES || this.unackedFrames >= ACK_EVERY_FRAMES) {
      const count = Buffer.allocUnsafe(8)
      count.writeBigUInt64BE(BigInt(this.received))
      this.outbox.push(FrameType.ack, 0, count)
      this.unackedFrames = this.unackedBytes = 0
    }
    if (known < payload.length || payload.length === 0) this.options.onFrame(type, channel, payload.subarray(known), last)
  }

  private detach(stream: Duplex): void {
    if (stream !== this.stream) return
    this.stream = undefined
    this.outbox.detach()
    stream.on('error', () => {})
    stream.destroy()
    if (this.state === 'open') void this.reopen(this.options.grace)
  }

  private finish(error: Error | undefined): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    for (const stream of [this.stream, this.opened]) {
      stream?.on('error', () => {})
      stream?.destroy()
    }
    this.stream = this.opened = undefined
    this.outbox.detach()
    for (const resolve of this.roomWaiters.splice(0)) resolve()
    const first = this.firstSync
    this.firstSync = undefined
    if (first) first.reject(error ?? instanceLost('it was given up before its init had answered'))
    else if (error) this.options.onLost(error)
  }
}
