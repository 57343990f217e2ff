import { isUtf8 } from 'node:buffer'
import { PackageFault, quoted } from '../package-fault.ts'

/** An entry as the ZIP's headers declare it. Its contents may be different. */
export interface CentralRecord {
  /** The name as written, with the slash that ends a folder's name. */
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8
  readonly crc32: number
  /** The checksum of the uncompressed contents. */
  readonly size: number
  /** Type and permission bits; 0 if the ZIP was not made on a Unix. */
  readonly unixMode: number
  /** Where the data begins in the ZIP. */
  readonly dataOffset: number
}

export interface CentralDirectory {
  readonly records: readonly CentralRecord[]
  /** Where it begins and ends in the ZIP. */
  readonly offset: number
  readonly limit: number
}

const END = 0x06054b50
const END64_LOCATOR = 0x07064b50
const END64 = 0x06064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const UNIX_HOSTS = [3, 19]

/**
 * Reads the headers of all entries, and refuses a ZIP that two readers could understand differently. jszip normalises names, keeps the
 * last of two duplicates and ignores local headers, so it can't show what has to be checked.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readCentralDirectory(bytes: Uint8Array): CentralDirectory {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(buffer)
  const records: CentralRecord[] = []
  const spans: { start: number; end: number; name: string }[] = []
  let at = end.offset
  for (let i = 0; i < end.entries; i++) {
    if (at + 46 > end.limit || buffer.readUInt32LE(at) !== CENTRAL)
      throw new PackageFault(`declares ${end.entries} entries, but has ${i}`)
    const header = readHeader(buffer, at, end.limit)
    const dataOffset = checkLocalHeader(buffer, header, end.offset)
    const record = { ...header.record, dataOffset }
    spans.push({ start: header.localOffset, end: dataOffset + header.compressedSize, name: record.name })
    records.push(record)
    at = header.next
  }
  if (at !== end.limit)
    throw new PackageFault(`has ${end.limit - at} more bytes in its central directory than its ${end.entries} entries need`)
  refuseOverlaps(spans)
  return { records, offset: end.offset, limit: end.limit }
}

interface End {
  readonly entries: number
  /** Where the central directory begins and ends. */
  readonly offset: number
  readonly limit: number
}

function findEnd(buffer: Buffer): End {
  if (buffer.length < 22)
    throw new PackageFault(buffer.length === 0 ? 'is empty' : `has ${buffer.length} bytes, which is too short for a ZIP`)
  // The comment that follows the record can contain the signature too.
  for (let at = buffer.length - 22; at >= Math.max(0, buffer.length - 22 - 0xffff); at--) {
    if (buffer.readUInt32LE(at) !== END || at + 22 + buffer.readUInt16LE(at + 20) !== buffer.length) continue
    const hasLocator = at >= 20 && buffer.readUInt32LE(at - 20) === END64_LOCATOR
    return hasLocator ? readEnd64(buffer, at) : readEnd(buffer, at)
  }
  throw new PackageFault('has no end-of-central-directory record: it is cut short, has bytes after its end, or is not a ZIP')
}

function readEnd(buffer: Buffer, at: number): End {
  const entries = buffer.readUInt16LE(at + 10)
  if (buffer.readUInt16LE(at + 4) !== 0 || buffer.readUInt16LE(at + 6) !== 0 || buffer.readUInt16LE(at + 8) !== entries) {
    throw new PackageFault('is one part of a split ZIP')
  }
  return checkEnd({ entries, offset: buffer.readUInt32LE(at + 16), limit: at }, buffer.readUInt32LE(at + 12))
}

function readEnd64(buffer: Buffer, end: number): End {
  const at = Number(buffer.readBigUInt64LE(end - 12))
  if (at + 56 > end - 20 || buffer.readUInt32LE(at) !== END64)
    throw new PackageFault('has a ZIP64 locator that does not point at a ZIP64 record')
  if (at + 12 + Number(buffer.readBigUInt64LE(at + 4)) !== end - 20)
    throw new PackageFault('has a ZIP64 record of the wrong length')
  const entries = Number(buffer.readBigUInt64LE(at + 32))
  const size = Number(buffer.readBigUInt64LE(at + 40))
  const offset = Number(buffer.readBigUInt64LE(at + 48))
  const narrow: readonly (readonly [number, number, number])[] = [
    [buffer.readUInt16LE(end + 10), 0xffff, entries],
    [buffer.readUInt32LE(end + 12), 0xffffffff, size],
    [buffer.readUInt32LE(end + 16), 0xffffffff, offset],
  ]
  if (narrow.some(([value, ones, wide]) => value !== ones && value !== wide))
    throw new PackageFault('has a ZIP64 end record that contradicts its plain end record')
  return checkEnd({ entries, offset, limit: at }, size)
}

function checkEnd(end: End, size: number): End {
  if (end.offset + size !== end.limit) throw new PackageFault('has a central directory that is not where its end record says')
  if (end.entries === 0) throw new PackageFault('has no entries', { refusal: 'Uploaded file must be a non-empty zip.' })
  if (end.entries * 46 > size)
    throw new PackageFault(`declares ${end.entries} entries, more than its central directory has space for`)
  return end
}

interface Header {
  readonly record: Omit<CentralRecord, 'dataOffset'>
  readonly rawName: Buffer
  readonly compressedSize: number
  readonly localOffset: number
  readonly next: number
}

function readHeader(buffer: Buffer, at: number, limit: number): Header {
  const host = buffer[at + 5]!
  const flags = buffer.readUInt16LE(at + 8)
  const method = buffer.readUInt16LE(at + 10)
  const nameEnd = at + 46 + buffer.readUInt16LE(at + 28)
  const extraEnd = nameEnd + buffer.readUInt16LE(at + 30)
  const next = extraEnd + buffer.readUInt16LE(at + 32)
  if (next > limit) throw new PackageFault('has a central directory that is cut short')
  const rawName = buffer.subarray(at + 46, nameEnd)
  const name = rawName.toString('utf8')
  if (!isUtf8(rawName)) throw new PackageFault('has a name that is not UTF-8', { entry: name })
  if (flags & 0x2041) throw new PackageFault('is encrypted', { entry: name })
  if (method !== 0 && method !== 8)
    throw new PackageFault(`is compressed with method ${method}, but Lambda's ZIPs are stored or deflated`, { entry: name })
  const wide = readExtra64(buffer.subarray(nameEnd, extraEnd), name, {
    size: buffer.readUInt32LE(at + 24),
    compressedSize: buffer.readUInt32LE(at + 20),
    localOffset: buffer.readUInt32LE(at + 42),
  })
  const { size, compressedSize, localOffset } = wide
  if (method === 0 && size !== compressedSize)
    throw new PackageFault('is not compressed, but has two different sizes', { entry: name })
  const unixMode = UNIX_HOSTS.includes(host) ? buffer.readUInt32LE(at + 38) >>> 16 : 0
  const record = { name, method, crc32: buffer.readUInt32LE(at + 16), size, unixMode } as const
  return { record, rawName, compressedSize, localOffset, next }
}

/** Replaces values whose bits are all set by those of the ZIP64 field, which contains only these, in this order. */
function readExtra64<T extends Record<string, number>>(extra: Buffer, entry: string, values: T): T {
  const escaped = Object.keys(values).filter(key => values[key] === 0xffffffff)
  if (escaped.length === 0) return values
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const length = Math.min(extra.readUInt16LE(at + 2), extra.length - at - 4)
    if (length < escaped.length * 8) break
    return { ...values, ...Object.fromEntries(escaped.map((key, i) => [key, Number(extra.readBigUInt64LE(at + 4 + i * 8))])) }
  }
  throw new PackageFault('needs a ZIP64 field, but has none', { entry })
}

function checkLocalHeader(buffer: Buffer, header: Header, limit: number): number {
  const { localOffset: at, compressedSize, record } = header
  const entry = record.name
  if (at + 30 > limit || buffer.readUInt32LE(at) !== LOCAL)
    throw new PackageFault('has no local header where the central directory says that it is', { entry })
  const nameEnd = at + 30 + buffer.readUInt16LE(at + 26)
  const dataOffset = nameEnd + buffer.readUInt16LE(at + 28)
  if (dataOffset + compressedSize > limit)
    throw new PackageFault('reaches beyond the end of the data: the ZIP is cut short or damaged', { entry })
  if (!buffer.subarray(at + 30, nameEnd).equals(header.rawName)) {
    throw new PackageFault(`is called ${quoted(buffer.toString('utf8', at + 30, nameEnd))} in its local header`, {
      entry,
    })
  }
  const flags = buffer.readUInt16LE(at + 6)
  if (buffer.readUInt16LE(at + 8) !== record.method || (flags & 0x2041) !== 0)
    throw new PackageFault('has a local header that contradicts the central directory', { entry })
  // If bit 3 is set the sizes follow the data, and if all bits of a size are set it is in a ZIP64 field.
  const local = [buffer.readUInt32LE(at + 18), buffer.readUInt32LE(at + 22)]
  const central = [compressedSize, record.size]
  if (!(flags & 8) && local.some((value, i) => value !== 0xffffffff && value !== central[i])) {
    throw new PackageFault('has different sizes in its local header and in the central directory', { entry })
  }
  return dataOffset
}

/** With entries that share bytes, a small ZIP can unpack to petabytes. */
function refuseOverlaps(spans: { start: number; end: number; name: string }[]): void {
  spans.sort((a, b) => a.start - b.start)
  spans.forEach((span, i) => {
    const before = spans[i - 1]
    if (before && before.end > span.start) throw new PackageFault(`overlaps ${quoted(before.name)}`, { entry: span.name })
  })
}
