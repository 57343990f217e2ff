import { crc32, deflateRawSync } from 'node:zlib'

/** An entry of a ZIP made by hand; every field that is left out is what an honest tool would write. */
export interface HandEntry {
  name: string | Uint8Array
  data?: string | Uint8Array
  /** The bytes in the ZIP; default: `data`, as `method` says. */
  packed?: Uint8Array
  method?: number
  /** Type and permission bits. */
  mode?: number
  /** 3 is Unix, 0 is FAT. */
  host?: number
  flags?: number
  crc?: number
  size?: number
  compressedSize?: number
  extra?: Uint8Array
  /** What the local header says where it lies. */
  local?: { name?: string; method?: number; flags?: number; size?: number; compressedSize?: number }
  /** Where the central directory says the local header is. */
  localOffset?: number
}

export interface HandZip {
  /** Bytes before the first entry. */
  before?: Uint8Array
  after?: Uint8Array
  /** Fields of the end record. */
  end?: { disk?: number; entries?: number; size?: number; offset?: number }
  comment?: string
  /** Between the central directory and the end record, such as a ZIP64 record. */
  beforeEnd?: (central: { entries: number; size: number; offset: number }) => Uint8Array
}

export const SYMLINK = 0o120777

/** Writes a ZIP byte by byte, also such as no library would write. */
export function handZip(entries: readonly HandEntry[], zip: HandZip = {}): Uint8Array {
  const parts: Buffer[] = [Buffer.from(zip.before ?? [])]
  const central: Buffer[] = []
  const length = () => parts.reduce((sum, part) => sum + part.length, 0)
  for (const entry of entries) {
    const offset = length()
    const data = Buffer.from(entry.data ?? '')
    const method = entry.method ?? 0
    const packed = Buffer.from(entry.packed ?? (method === 8 ? deflateRawSync(data) : data))
    const all = {
      flags: entry.flags ?? 0x0800,
      method,
      size: entry.size ?? data.length,
      compressedSize: entry.compressedSize ?? packed.length,
    }
    const crc = entry.crc ?? crc32(data)
    const extra = Buffer.from(entry.extra ?? [])
    const localName = Buffer.from(entry.local?.name ?? entry.name)
    parts.push(Buffer.concat([u32(0x04034b50), fields({ ...all, ...entry.local }, crc, localName.length, 0), localName, packed]))
    const name = Buffer.from(entry.name)
    central.push(
      Buffer.concat([
        u32(0x02014b50),
        Buffer.from([20, entry.host ?? 3]),
        fields(all, crc, name.length, extra.length),
        Buffer.alloc(6),
        u32(((entry.mode ?? 0o100644) << 16) >>> 0),
        u32(entry.localOffset ?? offset),
        name,
        extra,
      ]),
    )
  }
  const directory = { entries: entries.length, size: Buffer.concat(central).length, offset: length() }
  const end = { disk: 0, ...directory, ...zip.end }
  const comment = Buffer.from(zip.comment ?? '')
  const record = [
    u32(0x06054b50),
    u16(end.disk),
    u16(end.disk),
    u16(end.entries),
    u16(end.entries),
    u32(end.size),
    u32(end.offset),
  ]
  const beforeEnd = zip.beforeEnd?.(directory) ?? new Uint8Array()
  return Buffer.concat([...parts, ...central, beforeEnd, ...record, u16(comment.length), comment, zip.after ?? new Uint8Array()])
}

/** A ZIP64 end record and its locator. */
export function zip64End(record: { entries: number; size: number; offset: number }, at: number, length = 44): Uint8Array {
  const { entries, size, offset } = record
  return Buffer.concat([
    u32(0x06064b50),
    u64(length),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(entries),
    u64(entries),
    u64(size),
    u64(offset),
    u32(0x07064b50),
    u32(0),
    u64(at),
    u32(1),
  ])
}

/** The extra field that holds values too large for a header. */
export function zip64Extra(...values: number[]): Uint8Array {
  return Buffer.concat([u16(1), u16(values.length * 8), ...values.map(u64)])
}

/** From the version needed to the length of the extra field, as in both headers. */
function fields(
  of: { flags: number; method: number; size: number; compressedSize: number },
  crc: number,
  name: number,
  extra: number,
): Buffer {
  const sizes = [u32(crc), u32(of.compressedSize), u32(of.size)]
  return Buffer.concat([u16(20), u16(of.flags), u16(of.method), u16(0), u16(0x21), ...sizes, u16(name), u16(extra)])
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}
function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}
function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}
