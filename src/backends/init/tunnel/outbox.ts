import type { Duplex } from 'node:stream'
import { FIRST_NUMBERED, HEADER_SIZE, writeHeader } from './frames.ts'

// Below this a copy is cheaper than a second buffer in the socket's writev.
const COPY_LIMIT = 4096
// Sent and not acknowledged; more waits here.
const UNACKED_LIMIT = 4 * 1024 * 1024

interface Outgoing {
  readonly head: Buffer
  readonly body: Uint8Array | undefined
  readonly size: number
}

/** Frames on their way to the init: kept until it has acknowledged them, so that a lost stream loses nothing. */
export class Outbox {
  private frames: Outgoing[] = []
  /** Frames before `frames[0]`, ever. */
  private acknowledged = 0
  /** Index of the first that the present stream doesn't have. */
  private next = 0
  private sent = 0
  private unackedBytes = 0
  private waitingBytes = 0
  private stream: Duplex | undefined
  private blocked = false
  private corked = false
  private readonly onRoom: () => void

  constructor(onRoom: () => void) {
    this.onRoom = onRoom
  }

  /** Bytes that wait for the stream. */
  get backlog(): number {
    return this.waitingBytes
  }

  /** The payload is kept by reference: it must not be changed afterwards. */
  push(type: number, channel: number, payload: Uint8Array): void {
    const copied = payload.length <= COPY_LIMIT
    const head = Buffer.allocUnsafe(copied ? HEADER_SIZE + payload.length : HEADER_SIZE)
    writeHeader(head, 0, type, payload.length, channel)
    if (copied) head.set(payload, HEADER_SIZE)
    const size = HEADER_SIZE + payload.length
    if (type < FIRST_NUMBERED) {
      this.write(head)
      return
    }
    this.frames.push({ head, body: copied ? undefined : payload, size })
    this.waitingBytes += size
    this.pump()
  }

  /** The peer has the first `count` frames. */
  acknowledge(count: number): boolean {
    const done = count - this.acknowledged
    if (done < 0 || done > this.next) return false
    this.forget(done)
    this.pump()
    return true
  }

  /** Goes on with a new stream behind the first `count` frames; false if they can't have arrived. */
  attach(stream: Duplex, count: number): boolean {
    const done = count - this.acknowledged
    if (done < 0 || count > this.sent) return false
    this.forget(Math.min(done, this.frames.length))
    this.next = 0
    this.unackedBytes = 0
    this.waitingBytes = this.frames.reduce((sum, frame) => sum + frame.size, 0)
    this.stream = stream
    this.blocked = false
    this.corked = false
    stream.on('drain', () => {
      if (stream !== this.stream) return
      this.blocked = false
      this.pump()
    })
    this.pump()
    return true
  }

  detach(): void {
    this.stream = undefined
  }

  private forget(count: number): void {
    if (count === 0) return
    for (let i = 0; i < count; i++) if (i < this.next) this.unackedBytes -= this.frames[i]!.size
    this.frames.splice(0, count)
    this.next = Math.max(0, this.next - count)
    this.acknowledged += count
  }

  private pump(): void {
    while (this.stream && !this.blocked && this.next < this.frames.length && this.unackedBytes < UNACKED_LIMIT) {
      const frame = this.frames[this.next++]!
      this.waitingBytes -= frame.size
      this.unackedBytes += frame.size
      this.sent = Math.max(this.sent, this.acknowledged + this.next)
      this.write(frame.head)
      if (frame.body) this.write(frame.body)
    }
    if (this.waitingBytes === 0) this.onRoom()
  }

  // What one turn of the event loop sends leaves in one system call.
  private write(bytes: Uint8Array): void {
    const stream = this.stream
    if (!stream) return
    if (!this.corked) {
      this.corked = true
      stream.cork()
      void Promise.resolve().then(() => {
        if (stream === this.stream) this.corked = false
        stream.uncork()
      })
    }
    if (!stream.write(bytes)) this.blocked = true
  }
}
