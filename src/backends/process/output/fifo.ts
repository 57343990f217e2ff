import { closeSync, constants, openSync, readSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { hrnow } from '../../../platform/clock.ts'
import { openUnowned } from '../../../platform/node-internals/open-unowned.ts'
import { LogReader } from './log-reader.ts'
import { takePipe } from './pipe-stock.ts'

const DRAIN_LIMIT = 64 * 1024 * 1024
const HUNG_MS = 500
/** For all pipes of this thread: what was read is copied in the same turn. */
const buffer = Buffer.allocUnsafe(64 * 1024)

/**
 * The pipe that carries a runtime's stdout, stderr and telemetry, in one order. It is a FIFO because Node's own `'pipe'` is a
 * socket, which a function can't open as `/dev/stderr`, and whose descriptor isn't ours to drain. It outlives runtimes: a reset
 * starts the next one on the same pipe.
 */
export class Fifo {
  readonly #read: number
  readonly #reader: Socket
  readonly #onData: (chunk: Buffer) => void
  readonly #writers: readonly number[]
  /** Reads in this thread's place, once that has hung. */
  #logReader: LogReader | undefined
  #closed = false

  private constructor(read: number, writers: readonly number[], onData: (chunk: Buffer) => void) {
    this.#read = read
    this.#writers = writers
    this.#onData = onData
    // Read so, a pause stops the reading at once, and not when a stream's buffer is full.
    const onread = { buffer, callback: this.#came.bind(this) }
    this.#reader = new Socket({ fd: this.#read, readable: true, writable: false, onread })
    this.#reader.unref()
  }

  static async create(onData: (chunk: Buffer) => void): Promise<Fifo> {
    const path = await takePipe()
    const opened: number[] = []
    try {
      const read = await openUnowned(path, constants.O_RDONLY | constants.O_NONBLOCK)
      opened.push(read)
      // Two descriptions: Node makes that of its stdout non-blocking, and the telemetry descriptor must not be.
      while (opened.length < 3) opened.push(openSync(path, constants.O_WRONLY))
      return new Fifo(read, opened.slice(1), onData)
    } catch (error) {
      for (const fd of opened) closeSync(fd)
      throw error
    } finally {
      unlinkSync(path)
    }
  }

  /** For `spawn`: stdin, stdout, stderr, telemetry. */
  get stdio(): ['ignore', number, number, number] {
    const [output, telemetry] = this.#writers as [number, number]
    return ['ignore', output, output, telemetry]
  }

  /** Reads until there is nothing more: bytes are readable when the writer's write(2) has returned. */
  drain(): void | Promise<void> {
    if (this.#closed) return
    if (this.#logReader !== undefined) return this.#logReader.drain()
    for (let total = 0; total < DRAIN_LIMIT; ) {
      const began = hrnow()
      const length = readNow(this.#read)
      if (length > 0) this.#came(length)
      // It doesn't block, so it hung, until the watchdog made it go on.
      if (hrnow() - began > HUNG_MS && process.platform === 'linux') return this.#giveAway().drain()
      if (length === 0) return
      total += length
    }
  }

  /** Drains when nothing runs any more. */
  settle(): void | Promise<void> {
    return this.#logReader === undefined ? this.drain() : this.#logReader.settle()
  }

  /** When nothing runs, since it waits for who holds the pipe's lock. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#logReader?.close()
    this.#reader.destroy()
    for (const writer of this.#writers) closeSync(writer)
  }

  #came(length: number): boolean {
    this.#onData(Buffer.from(buffer.subarray(0, length)))
    return true
  }

  #giveAway(): LogReader {
    this.#reader.pause()
    this.#logReader = new LogReader(this.#read, this.#onData)
    return this.#logReader
  }
}

function readNow(fd: number): number {
  const { stackTraceLimit } = Error
  // EAGAIN is the ordinary end here, and most of its cost is the stack trace.
  Error.stackTraceLimit = 0
  try {
    return readSync(fd, buffer)
  } catch {
    return 0
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
