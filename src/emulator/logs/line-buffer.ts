/** The size that CloudWatch Logs allows for one log event. */
const LINE_LIMIT = 1024 * 1024
const SMALLEST = 512

/** Collects the bytes of one line or message, and emits it as text. A longer one than CloudWatch Logs would take becomes several. */
export class LineBuffer {
  readonly #emit: (text: string) => void
  #bytes: Buffer = EMPTY
  #length = 0
  /** The beginning of this line was emitted. */
  #isCut = false

  constructor(emit: (text: string) => void) {
    this.#emit = emit
  }

  add(data: Buffer, start: number, end: number): void {
    for (let from = start; from < end; ) {
      const to = Math.min(end, from + LINE_LIMIT + 1 - this.#length)
      this.#append(data, from, to)
      if (this.#length > LINE_LIMIT) this.#cut()
      from = to
    }
  }

  /** Emits the line, of which these bytes are the last. */
  end(data: Buffer, start: number, end: number): void {
    if (this.#length === 0 && !this.#isCut && end - start <= LINE_LIMIT) return this.#emit(data.toString('utf8', start, end))
    this.add(data, start, end)
    if (this.#length > 0 || !this.#isCut) this.#emitFirst(this.#length)
    this.#reset()
  }

  /** Emits what was collected, if anything was. */
  flush(): void {
    if (this.#length > 0) this.#emitFirst(this.#length)
    this.#reset()
  }

  #append(data: Buffer, start: number, end: number): void {
    const length = this.#length + end - start
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length, SMALLEST))
      this.#bytes.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    data.copy(this.#bytes, this.#length, start, end)
    this.#length = length
  }

  #cut(): void {
    const end = characterStart(this.#bytes, LINE_LIMIT)
    this.#emitFirst(end)
    this.#bytes.copyWithin(0, end, this.#length)
    this.#length -= end
    this.#isCut = true
  }

  #emitFirst(length: number): void {
    this.#emit(this.#bytes.toString('utf8', 0, length))
  }

  #reset(): void {
    this.#bytes = EMPTY
    this.#length = 0
    this.#isCut = false
  }
}

const EMPTY = Buffer.alloc(0)

/** Where the UTF-8 character begins that the byte at `position` belongs to. */
function characterStart(bytes: Buffer, position: number): number {
  const isInside = (at: number): boolean => ((bytes[at] as number) & 0xc0) === 0x80
  const start = [position, position - 1, position - 2, position - 3].find(at => !isInside(at))
  return start ?? position
}
