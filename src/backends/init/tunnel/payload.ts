/** Builds a payload of the init's fields: big-endian numbers, strings after a u32 length. */
export class PayloadWriter {
  private readonly pieces: Buffer[] = []

  u8(value: number): this {
    this.pieces.push(Buffer.from([value]))
    return this
  }

  u16(value: number): this {
    const piece = Buffer.allocUnsafe(2)
    piece.writeUInt16BE(value)
    this.pieces.push(piece)
    return this
  }

  u32(value: number): this {
    const piece = Buffer.allocUnsafe(4)
    piece.writeUInt32BE(value)
    this.pieces.push(piece)
    return this
  }

  u64(value: number): this {
    const piece = Buffer.allocUnsafe(8)
    piece.writeBigUInt64BE(BigInt(value))
    this.pieces.push(piece)
    return this
  }

  string(value: string): this {
    const bytes = Buffer.from(value)
    this.u32(bytes.length)
    this.pieces.push(bytes)
    return this
  }

  strings(values: readonly string[]): this {
    this.u16(values.length)
    for (const value of values) this.string(value)
    return this
  }

  bytes(value: Uint8Array): this {
    this.pieces.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
    return this
  }

  done(): Buffer {
    return Buffer.concat(this.pieces)
  }
}

/** Takes them apart again. */
export class PayloadReader {
  private at = 0
  private readonly payload: Buffer

  constructor(payload: Buffer) {
    this.payload = payload
  }

  u8(): number {
    return this.payload.readUInt8(this.move(1))
  }

  u16(): number {
    return this.payload.readUInt16BE(this.move(2))
  }

  u32(): number {
    return this.payload.readUInt32BE(this.move(4))
  }

  u64(): number {
    return Number(this.payload.readBigUInt64BE(this.move(8)))
  }

  string(): string {
    const size = this.u32()
    const from = this.move(size)
    return this.payload.toString('utf8', from, from + size)
  }

  /** All that is left. */
  rest(): string {
    return this.payload.toString('utf8', this.at)
  }

  private move(size: number): number {
    const from = this.at
    this.at += size
    return from
  }
}
