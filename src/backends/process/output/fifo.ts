import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { hrnow, setImmediate } from '../../../platform/clock.ts'
import { openUnowned } from '../../../platform/node-internals/open-unowned.ts'
import { LogReader } from './log-reader.ts'
import { giveBackPipe, takePipe } from './pipe-stock.ts'

/** No pipe holds more bytes, so whatever was written before a drain has been read after so many. */
const LARGEST_PIPE = 1024 * 1024
/** Bytes of one read. Many short lines must not take longer than a turn. */
const PIECE = 16 * 1024
/** Milliseconds for which a function's output may keep the event loop from its other work. */
const TURN_MS = 20
const HUNG_MS = 500
/** One buffer serves all pipes of this thread, because what was read is copied in the same turn. */
const buffer = Buffer.allocUnsafe(PIECE)

/**
 * The pipe that carries a runtime's stdout, stderr and telemetry in one order. It is a FIFO, because a function can't open Node's own
 * `'pipe'`, a socket, as `/dev/stderr`, and Node does not tell its descriptor. It outlives runtimes: after a reset, the next runtime
 * gets the same pipe.
 */
export class Fifo {
  readonly #path: string
  readonly #read: number
  readonly #reader: Socket
  readonly #onData: (chunk: Buffer) => void
  readonly #writers: readonly number[]
  /** Reads instead of this thread, once that has hung. */
  #logReader: LogReader | undefined
  /** All bytes that were read. */
  #total = 0
  /** Milliseconds that the output has taken since the last new turn. */
  #spent = 0
  #waiting: Promise<void> | undefined
  #closed = false

  private constructor(path: string, [read, ...writers]: readonly [number, ...number[]], onData: (chunk: Buffer) => void) {
    this.#path = path
    this.#read = read
    this.#writers = writers
    this.#onData = onData
    // With `onread`, reading stops at once when it is told to, and not when a stream's buffer is full.
    const onread = { buffer, callback: (length: number) => this.#received(length) }
    this.#reader = new Socket({ fd: read, readable: true, writable: false, onread })
    this.#reader.unref()
  }

  static async create(onData: (chunk: Buffer) => void): Promise<Fifo> {
    const path = await takePipe()
    const opened: number[] = []
    try {
      const read = await openUnowned(path, constants.O_RDONLY | constants.O_NONBLOCK)
      opened.push(read)
      // Opened twice, because Node makes its stdout non-blocking, and the telemetry descriptor must not be.
      while (opened.length < 3) opened.push(openSync(path, constants.O_WRONLY))
      return new Fifo(path, opened as [number, number, number], onData)
    } catch (error) {
      for (const fd of opened) closeSync(fd)
      rmSync(path, { force: true })
      throw error
    }
  }

  /** For `spawn`: stdin, stdout, stderr, telemetry. */
  get stdio(): ['ignore', number, number, number] {
    const [output, telemetry] = this.#writers as [number, number]
    return ['ignore', output, output, telemetry]
  }

  /**
   * Reads all bytes that were written before the call: they can be read as soon as the writer's write(2) has returned. When that takes
   * longer than a turn of the event loop, the rest is read in further turns.
   */
  drain(): void | Promise<void> {
    return this.#readTo(this.#total + LARGEST_PIPE)
  }

  /** Drains when no process runs any more. */
  settle(): void | Promise<void> {
    return this.#logReader === undefined ? this.drain() : this.#logReader.settle()
  }

  /** To be called when no process runs any more, because it would wait for one that holds the pipe's lock. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const writer of this.#writers) closeSync(writer)
    const isFree = this.#logReader === undefined && this.#hasEnded()
    this.#logReader?.close()
    this.#reader.destroy()
    if (isFree && !hasReader(this.#path)) giveBackPipe(this.#path)
    else rmSync(this.#path, { force: true })
  }

  #readTo(end: number): void | Promise<void> {
    if (this.#closed) return
    if (this.#logReader !== undefined) return this.#logReader.drain()
    while (this.#total < end) {
      const began = hrnow()
      const length = readNow(this.#read)
      // This pipe does not block, so the read has hung at the pipe's lock, until the watchdog made its holder release it.
      const hasHung = hrnow() - began > HUNG_MS && process.platform === 'linux'
      if (length > 0) this.#give(length)
      if (hasHung) return this.#readElsewhere().drain()
      if (length === 0) return
      if (this.#spent > TURN_MS) return this.#nextTurn().then(() => this.#readTo(end))
    }
  }

  /** Returns `false` to stop reading for the rest of this turn. */
  #received(length: number): boolean {
    this.#give(length)
    if (this.#spent <= TURN_MS) return true
    void this.#nextTurn().then(() => {
      if (!this.#closed && this.#logReader === undefined) this.#reader.resume()
    })
    return false
  }

  #give(length: number): void {
    const began = hrnow()
    this.#total += length
    this.#onData(Buffer.from(buffer.subarray(0, length)))
    this.#spent += hrnow() - began
  }

  /** A drain and the reads beside it share a turn. */
  #nextTurn(): Promise<void> {
    this.#waiting ??= new Promise(resolve => {
      setImmediate(() => {
        this.#waiting = undefined
        this.#spent = 0
        resolve()
      })
    })
    return this.#waiting
  }

  #readElsewhere(): LogReader {
    this.#reader.pause()
    this.#logReader = new LogReader(this.#read, this.#onData)
    return this.#logReader
  }

  /** Whether no process can write any more. */
  #hasEnded(): boolean {
    try {
      return readSync(this.#read, buffer) === 0
    } catch {
      return false
    }
  }
}

function hasReader(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
    return true
  } catch {
    return false
  }
}

function readNow(fd: number): number {
  const { stackTraceLimit } = Error
  // EAGAIN is the usual end, and most of its cost is the stack trace.
  Error.stackTraceLimit = 0
  try {
    return readSync(fd, buffer)
  } catch {
    return 0
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
