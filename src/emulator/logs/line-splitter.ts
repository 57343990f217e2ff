import type { LogLevel } from '../../model/log-record.ts'

/** What the splitter found: a line, or a whole message of AWS's telemetry descriptor. */
export interface SplitLine {
  readonly text: string
  readonly level?: LogLevel
}

const FRAME_LEVELS: readonly (LogLevel | undefined)[] = [undefined, 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
const FRAME_HEADER = 16
/** No message is longer: what claims to be is no frame, and a line that gets there without its end is cut. */
const LIMIT = 16 * 1024 * 1024
const MAGIC = Buffer.from([0xa5, 0x5a, 0x00])
const NEWLINE = 0x0a

/**
 * Cuts a merged stream of stdout, stderr and `_LAMBDA_TELEMETRY_LOG_FD` into lines and messages. The descriptor's frames
 * (`u32 type | u32 length | i64 µs | message`) start with bytes that no UTF-8 text has, so all three may share one pipe, which keeps
 * their order. @see contract 4.3
 */
export class LineSplitter {
  readonly #emit: (line: SplitLine) => void
  #rest: Buffer = Buffer.alloc(0)

  constructor(emit: (line: SplitLine) => void) {
    this.#emit = emit
  }

  write(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let position = 0
    let frame = findFrame(data, 0)
    while (position < data.length) {
      if (frame !== -1 && frame < position) frame = findFrame(data, position)
      if (frame === position) {
        const end = frameEnd(data, position)
        if (end === undefined || end > data.length) break
        this.#emitFrame(data, position, end)
        position = end
        continue
      }
      const newline = data.indexOf(NEWLINE, position)
      const cut = frame === -1 || (newline !== -1 && newline < frame) ? newline : frame
      if (cut === -1) break
      this.#emit({ text: data.toString('utf8', position, cut) })
      position = cut === newline ? cut + 1 : cut
    }
    this.#rest = position === data.length ? EMPTY : data.subarray(position)
    if (this.#rest.length > LIMIT && frame !== position) this.flush()
  }

  /** What was written without a newline is a line of its own, once the barrier is reached. */
  flush(): void {
    if (this.#rest.length === 0) return
    const rest = this.#rest
    this.#rest = EMPTY
    // A frame that broke off: of what it should have said, this is all.
    this.#emit({ text: rest.toString('utf8', findFrame(rest, 0) === 0 ? FRAME_HEADER : 0) })
  }

  #emitFrame(data: Buffer, start: number, end: number): void {
    const level = FRAME_LEVELS[((data[start + 3] ?? 0) >> 2) & 0b111]
    const text = data.toString('utf8', start + FRAME_HEADER, data[end - 1] === NEWLINE ? end - 1 : end)
    this.#emit(level === undefined ? { text } : { text, level })
  }
}

const EMPTY = Buffer.alloc(0)

/** Where a frame begins, which may not be there whole yet; -1 if none does. Bytes that only look like one are text. */
function findFrame(data: Buffer, from: number): number {
  for (let at = data.indexOf(MAGIC, from); at !== -1; at = data.indexOf(MAGIC, at + 1)) {
    const type = data[at + 3]
    const isType = type === undefined || (type & 0b11100010) === 0b10
    const isLength = data.length < at + 8 || data.readUInt32BE(at + 4) <= LIMIT
    if (isType && isLength) return at
  }
  return -1
}

function frameEnd(data: Buffer, start: number): number | undefined {
  return data.length < start + FRAME_HEADER ? undefined : start + FRAME_HEADER + data.readUInt32BE(start + 4)
}
