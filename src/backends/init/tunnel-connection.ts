import { Duplex } from 'node:stream'
import type { BodyReader, ReceiptGiver } from '../../emulator/runtime-api/runtime-socket.ts'
import { FrameType, MAX_PAYLOAD } from './tunnel/frames.ts'
import type { Tunnel } from './tunnel/tunnel.ts'

type Done = (error?: Error | null) => void

/**
 * One TCP connection that was made inside the container: has what `server.emit('connection', …)` of `node:http` uses of a socket.
 * Both directions hold back: at most a window is under way or unread.
 */
export class TunnelConnection extends Duplex implements BodyReader, ReceiptGiver {
  readonly remoteAddress = '127.0.0.1'
  readonly remoteFamily = 'IPv4'
  readonly remotePort: number
  readonly encrypted = false
  private readonly session: Tunnel
  private readonly id: number
  private readonly window: number
  private credit: number
  private waiting: { rest: Buffer; done: Done } | undefined
  private owed = 0
  private withheld = 0
  private peerGone = false
  private hasReceipt = false
  private body: { rest: Buffer; readonly done: () => void } | undefined

  constructor(session: Tunnel, id: number, window: number) {
    super({ allowHalfOpen: true, highWaterMark: MAX_PAYLOAD })
    this.session = session
    this.id = id
    this.remotePort = id & 0xffff
    this.credit = session.peerWindow
    this.window = window
  }

  // A socket's manners that mean nothing here: the tunnel never delays, and its end is told by frames.
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  setTimeout(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  expectAnswer(requestId: string, receipt: Buffer): void {
    const id = Buffer.from(requestId)
    this.session.send(FrameType.expect, this.id, Buffer.concat([Buffer.of(id.length), id, receipt]))
  }

  takeReceipt(): boolean {
    const taken = this.hasReceipt
    this.hasReceipt = false
    return taken
  }

  /** From the table: the answer whose bytes come next is acknowledged by the init. */
  receipted(): void {
    this.hasReceipt = true
  }

  receiveInto(bytes: Buffer, done: () => void): void {
    if (this.readableLength === 0) this.body = { rest: bytes, done }
  }

  /** From the table: bytes came, in a buffer that is not ours. */
  received(view: Buffer): void {
    if (this.destroyed) return
    const rest = this.body === undefined ? view : view.subarray(this.fill(this.body, view))
    if (rest.length === 0) return
    if (this.push(Buffer.from(rest))) this.repay(rest.length)
    else this.withheld += rest.length
  }

  /** From the table: the other side will send no more. */
  ended(): void {
    this.push(null)
  }

  /** From the table: it broke, or all that could use it was ended. */
  reset(): void {
    this.peerGone = true
    this.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }))
  }

  /** From the table: the tunnel is gone for good. */
  lost(error: Error): void {
    this.peerGone = true
    this.destroy(error)
  }

  /** From the table: the peer took so many bytes. */
  credited(bytes: number): void {
    this.credit += bytes
    const waiting = this.waiting
    if (!waiting) return
    this.waiting = undefined
    this.transmit(waiting.rest, waiting.done)
  }

  override _read(): void {
    if (this.withheld === 0) return
    const bytes = this.withheld
    this.withheld = 0
    this.repay(bytes)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.transmit(chunk, done)
  }

  // A head and its small body are one frame; what is large is sent as it lies, since a copy of it costs more than a frame.
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done): void {
    const pieces = chunks.map(({ chunk }) => chunk)
    const small = pieces.reduce((sum, { length }) => sum + length, 0) <= MAX_PAYLOAD
    if (small) this.transmit(Buffer.concat(pieces), done)
    else this.transmitAll(pieces, 0, done)
  }

  override _final(done: Done): void {
    this.session.send(FrameType.end, this.id)
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    const over = this.readableEnded && this.writableFinished
    if (!over && !this.peerGone) this.session.send(FrameType.reset, this.id)
    const waiting = this.waiting
    this.waiting = undefined
    waiting?.done(error ?? new Error('The connection was destroyed.'))
    done(error)
  }

  private fill(body: { rest: Buffer; readonly done: () => void }, view: Buffer): number {
    const taken = view.copy(body.rest)
    body.rest = body.rest.subarray(taken)
    this.repay(taken)
    if (body.rest.length > 0) return taken
    this.body = undefined
    body.done()
    return taken
  }

  private transmitAll(pieces: readonly Buffer[], index: number, done: Done): void {
    const piece = pieces[index]
    if (piece === undefined) return done()
    this.transmit(piece, error => (error ? done(error) : this.transmitAll(pieces, index + 1, done)))
  }

  private transmit(bytes: Buffer, done: Done): void {
    let at = 0
    while (at < bytes.length) {
      const size = Math.min(bytes.length - at, this.credit, MAX_PAYLOAD)
      if (size === 0) {
        this.waiting = { rest: at === 0 ? bytes : bytes.subarray(at), done }
        return
      }
      this.credit -= size
      this.session.send(FrameType.data, this.id, bytes.length === size ? bytes : bytes.subarray(at, at + size))
      at += size
    }
    done()
  }

  private repay(bytes: number): void {
    this.owed += bytes
    if (this.owed < this.window / 4) return
    const credit = Buffer.allocUnsafe(4)
    credit.writeUInt32BE(this.owed)
    this.owed = 0
    this.session.send(FrameType.credit, this.id, credit)
  }
}
