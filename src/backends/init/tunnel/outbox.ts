import type { Duplex } from 'node:stream'
import { FIRST_NUMBERED, HEADER_SIZE, writeHeader } from './frames.ts'

/** Copying a payload up to this size costs less than a second buffer in the socket's `writev`. */
const COPY_LIMIT = 4096
/** While this many bytes are sent and not acknowledged, further frames wait here. */
const UNACKED_LIMIT = 4 * 1024 * 1024

interface Outgoing {
  readonly head: Buffer
  readonly body: Uint8Array | undefined
  readonly size: number
}

/** The frames on their way to the init. It keeps each until the init has acknowledged it, so a broken stream loses nothing. */
export class Outbox {
  readonly #onRoom: () => void
  #frames: Outgoing[] = []
  /** How many frames were acknowledged and are no longer in `#frames`. */
  #acknowledged = 0
  /** The index of the first frame that the current stream has not been given. */
  #next = 0
  /** How many numbered frames have been written to any stream. */
  #sent = 0
  #unackedBytes = 0
  #waitingBytes = 0
  #stream: Duplex | undefined
  #isBlocked = false
  #isCorked = false

  /** @param onRoom called when no frame waits for the stream */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom
  }

  /** The bytes that wait for the stream. */
  get backlog(): number {
    return this.#waitingBytes
  }

  /** A large payload is kept by reference, so it must not be changed afterwards. */
  push(type: number, channel: number, payload: Uint8Array): void {
    const isCopied = payload.length <= COPY_LIMIT
    const head = Buffer.allocUnsafe(isCopied ? HEADER_SIZE + payload.length : HEADER_SIZE)
    writeHeader(head, type, payload.length, channel)
    if (isCopied) head.set(payload, HEADER_SIZE)
    if (type < FIRST_NUMBERED) {
      this.#write(head)
      return
    }
    const size = HEADER_SIZE + payload.length
    this.#frames.push({ head, body: isCopied ? undefined : payload, size })
    this.#waitingBytes += size
    this.#pump()
  }

  /** The init has received the first `count` frames. Returns `false` if that many were not sent. */
  acknowledge(count: number): boolean {
    const done = count - this.#acknowledged
    if (done < 0 || done > this.#next) return false
    this.#forget(done)
    this.#pump()
    return true
  }

  /** Continues on a new stream after the first `count` frames. Returns `false` if the init can't have received that many. */
  attach(stream: Duplex, count: number): boolean {
    const done = count - this.#acknowledged
    if (done < 0 || count > this.#sent) return false
    this.#forget(done)
    this.#next = 0
    this.#unackedBytes = 0
    this.#waitingBytes = this.#frames.reduce((sum, frame) => sum + frame.size, 0)
    this.#stream = stream
    this.#isBlocked = false
    this.#isCorked = false
    stream.on('drain', () => {
      if (stream !== this.#stream) return
      this.#isBlocked = false
      this.#pump()
    })
    this.#pump()
    return true
  }

  detach(): void {
    this.#stream = undefined
  }

  #forget(count: number): void {
    if (count === 0) return
    for (const { size } of this.#frames.slice(0, Math.min(count, this.#next))) this.#unackedBytes -= size
    this.#frames.splice(0, count)
    this.#next = Math.max(0, this.#next - count)
    this.#acknowledged += count
  }

  #pump(): void {
    while (this.#stream && !this.#isBlocked && this.#next < this.#frames.length && this.#unackedBytes < UNACKED_LIMIT) {
      const frame = this.#frames[this.#next++]!
      this.#waitingBytes -= frame.size
      this.#unackedBytes += frame.size
      this.#sent = Math.max(this.#sent, this.#acknowledged + this.#next)
      this.#write(frame.head)
      if (frame.body) this.#write(frame.body)
    }
    if (this.#waitingBytes === 0) this.#onRoom()
  }

  /** Everything that one turn of the event loop writes leaves in one system call. */
  #write(bytes: Uint8Array): void {
    const stream = this.#stream
    if (!stream) return
    if (!this.#isCorked) {
      this.#isCorked = true
      stream.cork()
      // Not queueMicrotask, which a test's fake timers may replace.
      void Promise.resolve().then(() => {
        if (stream === this.#stream) this.#isCorked = false
        stream.uncork()
      })
    }
    if (!stream.write(bytes)) this.#isBlocked = true
  }
}
