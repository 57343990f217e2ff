/** Builds a frame's payload: big-endian numbers, and strings that follow their length in bytes as a u32. */
export class PayloadWriter {
  readonly #pieces: Buffer[] = []

  u8(value: number): this {
    return this.#add(Buffer.of(value))
  }

  u16(value: number): this {
    const piece = Buffer.allocUnsafe(2)
    piece.writeUInt16BE(value)
    return this.#add(piece)
  }

  u32(value: number): this {
    const piece = Buffer.allocUnsafe(4)
    piece.writeUInt32BE(value)
    return this.#add(piece)
  }

  u64(value: number): this {
    const piece = Buffer.allocUnsafe(8)
    piece.writeBigUInt64BE(BigInt(value))
    return this.#add(piece)
  }

  string(value: string): this {
    const bytes = Buffer.from(value)
    return this.u32(bytes.length).#add(bytes)
  }

  strings(values: readonly string[]): this {
    this.u16(values.length)
    for (const value of values) this.string(value)
    return this
  }

  done(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  #add(piece: Buffer): this {
    this.#pieces.push(piece)
    return this
  }
}

/** Reads the fields of a payload in order. */
export class PayloadReader {
  readonly #payload: Buffer
  #at = 0

  constructor(payload: Buffer) {
    this.#payload = payload
  }

  u8(): number {
    return this.#payload.readUInt8(this.#move(1))
  }

  u16(): number {
    return this.#payload.readUInt16BE(this.#move(2))
  }

  u32(): number {
    return this.#payload.readUInt32BE(this.#move(4))
  }

  u64(): number {
    return Number(this.#payload.readBigUInt64BE(this.#move(8)))
  }

  string(): string {
    const size = this.u32()
    const from = this.#move(size)
    return this.#payload.toString('utf8', from, from + size)
  }

  /** The remaining bytes as text. */
  rest(): string {
    return this.#payload.toString('utf8', this.#at)
  }

  #move(size: number): number {
    const from = this.#at
    this.#at += size
    return from
  }
}
