import type { LogLevel } from '../../model/log-record.ts'
import { LineBuffer } from './line-buffer.ts'

/** A line, or a whole message of AWS's telemetry descriptor. */
export interface SplitLine {
  readonly text: string
  /** The runtime wrote it as a frame, so it begins with the runtime's own prefix. */
  readonly isFramed: boolean
  readonly level?: LogLevel | undefined
}

interface Frame {
  readonly level: LogLevel | undefined
  /** Set if the frame is a part of a message. All parts of the message have the same key. */
  readonly key: bigint | undefined
  readonly isLast: boolean
  /** Bytes that have not arrived yet. */
  missing: number
}

const LEVELS: readonly (LogLevel | undefined)[] = [undefined, 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
const HEADER_BYTES = 16
/** No frame is longer. Bytes that announce a longer one are text. */
const FRAME_LIMIT = 16 * 1024 * 1024
const MAGIC = Buffer.from([0xa5, 0x5a, 0x00])
const NEWLINE = 0x0a
/** The bit in a frame's type which says that the message goes on in another frame. */
const MORE = 0x80
/** The bit in the time's first byte which says that the frame is a part of a message, and the time is its key. */
const PART = 0x80
/** So many messages can be incomplete at once, each written by another process. */
const MESSAGES_LIMIT = 100

/**
 * Splits a merged stream of stdout, stderr and `_LAMBDA_TELEMETRY_LOG_FD` into lines and messages. One pipe carries all three, which
 * keeps their order, because the descriptor's frames (`u32 type | u32 length | i64 µs | message`) begin with bytes that text does
 * not contain. Our bootstraps write a long message as several frames, each short enough that no other process can write into it.
 * @see contract 4.3
 */
export class LineSplitter {
  readonly #emit: (line: SplitLine) => void
  readonly #line: LineBuffer
  readonly #messages = new Map<bigint, LineBuffer>()
  /** The end of the last chunk, if it may be the beginning of a frame. */
  #held: Buffer = EMPTY
  #frame: Frame | undefined
  #body: LineBuffer | undefined

  constructor(emit: (line: SplitLine) => void) {
    this.#emit = emit
    this.#line = new LineBuffer(text => emit({ text, isFramed: false }))
  }

  write(chunk: Buffer): void {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = EMPTY
    let newline = -1
    let frame = -1
    for (let position = 0; position < data.length; ) {
      if (this.#frame !== undefined) {
        position = this.#fill(this.#frame, data, position)
        continue
      }
      if (frame < position) frame = findFrame(data, position)
      if (newline < position) newline = indexOf(data, NEWLINE, position)
      if (newline < frame) {
        this.#line.end(data, position, newline)
        position = newline + 1
        continue
      }
      this.#line.add(data, position, frame)
      position = frame + HEADER_BYTES
      if (position > data.length) this.#held = Buffer.from(data.subarray(frame))
      else this.#begin(data, frame)
    }
  }

  /** Emits what has not ended yet: a line without its newline, frames and messages that broke off. */
  flush(): void {
    this.#flushHeld()
    this.#line.flush()
    this.#frame = undefined
    this.#body?.flush()
    for (const message of this.#messages.values()) message.flush()
    this.#messages.clear()
  }

  /** No frame followed, so it was text. */
  #flushHeld(): void {
    const held = this.#held
    this.#held = EMPTY
    for (let position = 0; position < held.length; ) {
      const newline = indexOf(held, NEWLINE, position)
      if (newline < held.length) this.#line.end(held, position, newline)
      else this.#line.add(held, position, newline)
      position = newline + 1
    }
  }

  #begin(data: Buffer, at: number): void {
    const type = data[at + 3] as number
    const level = LEVELS[(type >> 2) & 0b111]
    const isPart = ((data[at + 8] as number) & PART) !== 0
    const key = isPart ? data.readBigInt64BE(at + 8) : undefined
    this.#frame = { level, key, isLast: (type & MORE) === 0, missing: data.readUInt32BE(at + 4) }
    this.#body = this.#bodyOf(this.#frame)
    if (this.#frame.missing === 0) this.#end(this.#frame, data, at, at)
  }

  /** Takes bytes for the current frame. Returns the position of those that follow. */
  #fill(frame: Frame, data: Buffer, start: number): number {
    const end = Math.min(start + frame.missing, data.length)
    frame.missing -= end - start
    if (frame.missing > 0) this.#body?.add(data, start, end)
    else this.#end(frame, data, start, end)
    return end
  }

  #end({ key, isLast }: Frame, data: Buffer, start: number, end: number): void {
    this.#frame = undefined
    if (!isLast) return this.#body?.add(data, start, end)
    this.#body?.end(data, start, data[end - 1] === NEWLINE && end > start ? end - 1 : end)
    if (key !== undefined) this.#messages.delete(key)
  }

  #bodyOf({ key, level }: Frame): LineBuffer {
    const known = key === undefined ? undefined : this.#messages.get(key)
    if (known !== undefined) return known
    const body = new LineBuffer(text => this.#emit({ text, isFramed: true, level }))
    if (key !== undefined) this.#remember(key, body)
    return body
  }

  #remember(key: bigint, body: LineBuffer): void {
    this.#messages.set(key, body)
    if (this.#messages.size <= MESSAGES_LIMIT) return
    const [[oldest, message] = []] = this.#messages
    message?.flush()
    if (oldest !== undefined) this.#messages.delete(oldest)
  }
}

const EMPTY = Buffer.alloc(0)

/** Where a frame begins, of which the rest may not be there yet; the end of `data` if none does. */
function findFrame(data: Buffer, from: number): number {
  for (let at = indexOfMagic(data, from); at < data.length; at = indexOfMagic(data, at + 1)) {
    const type = data[at + 3]
    const isType = type === undefined || (type & 0b01100010) === 0b10
    const isLength = data.length < at + 8 || data.readUInt32BE(at + 4) <= FRAME_LIMIT
    if (isType && isLength) return at
  }
  return data.length
}

/** The last bytes of `data` count if they may be the first ones of it. */
function indexOfMagic(data: Buffer, from: number): number {
  const found = data.indexOf(MAGIC, from)
  if (found !== -1) return found
  const { length } = data
  if (length - 2 >= from && data[length - 2] === MAGIC[0] && data[length - 1] === MAGIC[1]) return length - 2
  return length - 1 >= from && data[length - 1] === MAGIC[0] ? length - 1 : length
}

function indexOf(data: Buffer, byte: number, from: number): number {
  const found = data.indexOf(byte, from)
  return found === -1 ? data.length : found
}
