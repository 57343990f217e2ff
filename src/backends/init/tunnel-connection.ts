import { Duplex } from 'node:stream'
import type { BodyReader, ReceiptGiver } from '../../emulator/runtime-api/runtime-socket.ts'
import { FrameType, MAX_PAYLOAD } from './tunnel/frames.ts'
import { RECEIVE_WINDOW, type Tunnel } from './tunnel/tunnel.ts'

type Done = (error?: Error | null) => void

/**
 * One TCP connection that was made inside the container, with those members of a socket that `node:http` uses. In each direction at
 * most one window of bytes is sent and not yet read.
 */
export class TunnelConnection extends Duplex implements BodyReader, ReceiptGiver {
  readonly remoteAddress = '127.0.0.1'
  readonly remoteFamily = 'IPv4'
  readonly remotePort: number
  readonly encrypted = false
  readonly #tunnel: Tunnel
  readonly #id: number
  /** The bytes that we may send. */
  #credit: number
  #waiting: { readonly rest: Buffer; readonly done: Done } | undefined
  /** The bytes that were read, and not yet credited to the init. */
  #owed = 0
  /** The bytes that arrived and will be credited once they are read. */
  #withheld = 0
  #isPeerGone = false
  #hasReceipt = false
  #body: { rest: Buffer; readonly done: () => void } | undefined

  constructor(tunnel: Tunnel, id: number) {
    super({ allowHalfOpen: true, highWaterMark: MAX_PAYLOAD })
    this.#tunnel = tunnel
    this.#id = id
    this.remotePort = id & 0xffff
    this.#credit = tunnel.peerWindow
  }

  // These methods of a socket have no effect: the tunnel never delays a frame, and it notices a lost connection by itself.
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
    this.#tunnel.send(FrameType.expect, this.#id, Buffer.concat([Buffer.of(id.length), id, receipt]))
  }

  takeReceipt(): boolean {
    const taken = this.#hasReceipt
    this.#hasReceipt = false
    return taken
  }

  receiveInto(bytes: Buffer, done: () => void): void {
    if (this.readableLength === 0) this.#body = { rest: bytes, done }
  }

  /** The init acknowledges the answer whose bytes come next. */
  receipted(): void {
    this.#hasReceipt = true
  }

  /** @param view bytes that are overwritten after this call */
  received(view: Buffer): void {
    if (this.destroyed) return
    const rest = this.#body === undefined ? view : view.subarray(this.#fill(this.#body, view))
    if (rest.length === 0) return
    if (this.push(Buffer.from(rest))) this.#repay(rest.length)
    else this.#withheld += rest.length
  }

  /** The runtime's side sends no more. */
  ended(): void {
    this.push(null)
  }

  /** The runtime's side broke the connection, or was stopped. */
  reset(): void {
    this.lost(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }))
  }

  /** The connection can't be used any more. The init knows that already. */
  lost(error: Error): void {
    this.#isPeerGone = true
    this.destroy(error)
  }

  /** The init has passed on this many bytes. */
  credited(bytes: number): void {
    this.#credit += bytes
    const waiting = this.#waiting
    if (!waiting) return
    this.#waiting = undefined
    this.#transmit(waiting.rest, waiting.done)
  }

  override _read(): void {
    if (this.#withheld === 0) return
    const bytes = this.#withheld
    this.#withheld = 0
    this.#repay(bytes)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#transmit(chunk, done)
  }

  /** A head and its small body become one frame. Large chunks are sent separately, because a copy costs more than a frame. */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done): void {
    const pieces = chunks.map(({ chunk }) => chunk)
    const small = pieces.reduce((sum, { length }) => sum + length, 0) <= MAX_PAYLOAD
    if (small) this.#transmit(Buffer.concat(pieces), done)
    else this.#transmitAll(pieces, 0, done)
  }

  override _final(done: Done): void {
    this.#tunnel.send(FrameType.end, this.#id)
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    const isOver = this.readableEnded && this.writableFinished
    if (!isOver && !this.#isPeerGone) this.#tunnel.send(FrameType.reset, this.#id)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.done(error ?? new Error('The connection was destroyed.'))
    done(error)
  }

  #fill(body: { rest: Buffer; readonly done: () => void }, view: Buffer): number {
    const taken = view.copy(body.rest)
    body.rest = body.rest.subarray(taken)
    this.#repay(taken)
    if (body.rest.length > 0) return taken
    this.#body = undefined
    body.done()
    return taken
  }

  #transmitAll(pieces: readonly Buffer[], index: number, done: Done): void {
    const piece = pieces[index]
    if (piece === undefined) return done()
    this.#transmit(piece, error => (error ? done(error) : this.#transmitAll(pieces, index + 1, done)))
  }

  #transmit(bytes: Buffer, done: Done): void {
    let at = 0
    while (at < bytes.length) {
      const size = Math.min(bytes.length - at, this.#credit, MAX_PAYLOAD)
      if (size === 0) {
        this.#waiting = { rest: at === 0 ? bytes : bytes.subarray(at), done }
        return
      }
      this.#credit -= size
      this.#tunnel.send(FrameType.data, this.#id, bytes.length === size ? bytes : bytes.subarray(at, at + size))
      at += size
    }
    done()
  }

  #repay(bytes: number): void {
    this.#owed += bytes
    if (this.#owed < RECEIVE_WINDOW / 4) return
    const credit = Buffer.allocUnsafe(4)
    credit.writeUInt32BE(this.#owed)
    this.#owed = 0
    this.#tunnel.send(FrameType.credit, this.#id, credit)
  }
}
