import { isUtf8 } from 'node:buffer'
import { ZipFault } from './zip-fault.ts'

/** An entry as the ZIP's headers declare it; nothing of it is trusted yet. */
export interface CentralRecord {
  /** As written: not normalised, with the slash that ends a folder's name. */
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8
  readonly crc32: number
  readonly compressedSize: number
  readonly size: number
  /** Type and permission bits, `undefined` if the ZIP wasn't made on a Unix. */
  readonly unixMode: number | undefined
  /** Where the compressed data begins. */
  readonly dataOffset: number
}

const END = 0x06054b50
const END64_LOCATOR = 0x07064b50
const END64 = 0x06064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const UNIX_HOSTS = [3, 19]
const METHODS: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'BZIP2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  99: 'AES',
}

/**
 * Reads the headers of all entries. ZIP libraries normalise names, keep the last of duplicates and forget modes, which is just
 * what a check has to see, so this reads the central directory itself, and refuses wherever local headers say otherwise.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readCentralDirectory(bytes: Uint8Array): CentralRecord[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(buffer)
  const records: CentralRecord[] = []
  const spans: { start: number; end: number; name: string }[] = []
  let at = end.offset
  for (let i = 0; i < end.entries; i++) {
    if (at + 46 > end.limit || buffer.readUInt32LE(at) !== CENTRAL)
      throw new ZipFault(`says it has ${end.entries} entries, but has ${i}`)
    const header = readHeader(buffer, at, end.limit)
    const dataOffset = checkLocalHeader(buffer, header, end.offset)
    spans.push({ start: header.localOffset, end: dataOffset + header.compressedSize, name: header.name })
    records.push({ ...header.record, dataOffset })
    at = header.next
  }
  if (at !== end.limit)
    throw new ZipFault(`has ${end.limit - at} bytes more in its central directory than its ${end.entries} entries take`)
  refuseOverlaps(spans)
  return records
}

interface End {
  readonly entries: number
  readonly offset: number
  /** Where the central directory ends. */
  readonly limit: number
}

function findEnd(buffer: Buffer): End {
  if (buffer.length < 22) throw new ZipFault(buffer.length === 0 ? 'is empty' : `has ${buffer.length} bytes, too few for a ZIP`)
  // A comment may hold the signature too: only an end whose comment reaches the last byte is one.
  for (let at = buffer.length - 22; at >= Math.max(0, buffer.length - 22 - 0xffff); at--) {
    if (buffer.readUInt32LE(at) !== END || at + 22 + buffer.readUInt16LE(at + 20) !== buffer.length) continue
    const hasLocator = at >= 20 && buffer.readUInt32LE(at - 20) === END64_LOCATOR
    return hasLocator ? readEnd64(buffer, at) : readEnd(buffer, at)
  }
  throw new ZipFault('has no end-of-central-directory record: it is cut short, has bytes after its end, or is no ZIP')
}

function readEnd(buffer: Buffer, at: number): End {
  const entries = buffer.readUInt16LE(at + 10)
  if (buffer.readUInt16LE(at + 4) !== 0 || buffer.readUInt16LE(at + 6) !== 0 || buffer.readUInt16LE(at + 8) !== entries) {
    throw new ZipFault('is one part of a ZIP that was split')
  }
  return checkEnd({ entries, offset: buffer.readUInt32LE(at + 16), limit: at }, buffer.readUInt32LE(at + 12))
}

function readEnd64(buffer: Buffer, end: number): End {
  const at = Number(buffer.readBigUInt64LE(end - 12))
  if (at + 56 > end - 20 || buffer.readUInt32LE(at) !== END64)
    throw new ZipFault('has a ZIP64 locator that points at no ZIP64 record')
  if (at + 12 + Number(buffer.readBigUInt64LE(at + 4)) !== end - 20) throw new ZipFault('has a ZIP64 record of the wrong length')
  const entries = Number(buffer.readBigUInt64LE(at + 32))
  const size = Number(buffer.readBigUInt64LE(at + 40))
  const offset = Number(buffer.readBigUInt64LE(at + 48))
  const narrow: readonly (readonly [number, number, number])[] = [
    [buffer.readUInt16LE(end + 10), 0xffff, entries],
    [buffer.readUInt32LE(end + 12), 0xffffffff, size],
    [buffer.readUInt32LE(end + 16), 0xffffffff, offset],
  ]
  // Two readers that believe different records would see different entries.
  if (narrow.some(([value, ones, wide]) => value !== ones && value !== wide))
    throw new ZipFault('has a ZIP64 record that contradicts its plain one')
  return checkEnd({ entries, offset, limit: at }, size)
}

function checkEnd(end: End, size: number): End {
  if (end.offset + size !== end.limit) throw new ZipFault('has a central directory that is not where its end record says')
  if (end.entries === 0) throw new ZipFault('has no entries', { refusal: 'Uploaded file must be a non-empty zip.' })
  if (end.entries * 46 > size) throw new ZipFault(`says it has ${end.entries} entries, more than its central directory can hold`)
  return end
}

interface Header {
  readonly record: Omit<CentralRecord, 'dataOffset'>
  readonly name: string
  readonly rawName: Buffer
  readonly flags: number
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
  if (next > limit) throw new ZipFault('has a central directory that is cut short')
  const rawName = buffer.subarray(at + 46, nameEnd)
  const name = rawName.toString('utf8')
  if (!isUtf8(rawName)) throw new ZipFault('has a name that is not UTF-8', { entry: name })
  if (flags & 0x2041) throw new ZipFault('is encrypted', { entry: name })
  if (method !== 0 && method !== 8)
    throw new ZipFault(`is compressed with ${METHODS[method] ?? `method ${method}`}; Lambda's ZIPs are stored or deflated`, {
      entry: name,
    })
  const wide = readExtra64(buffer.subarray(nameEnd, extraEnd), name, {
    size: buffer.readUInt32LE(at + 24),
    compressedSize: buffer.readUInt32LE(at + 20),
    localOffset: buffer.readUInt32LE(at + 42),
  })
  if (method === 0 && wide.size !== wide.compressedSize) throw new ZipFault('is stored, but has two sizes', { entry: name })
  const unixMode = UNIX_HOSTS.includes(host) ? buffer.readUInt32LE(at + 38) >>> 16 : undefined
  const record = {
    name,
    method,
    crc32: buffer.readUInt32LE(at + 16),
    compressedSize: wide.compressedSize,
    size: wide.size,
    unixMode,
  } as const
  return { record, name, rawName, flags, compressedSize: wide.compressedSize, localOffset: wide.localOffset, next }
}

/** Replaces values that are all ones by those of the ZIP64 field, which has only these, in this order. */
function readExtra64<T extends Record<string, number>>(extra: Buffer, entry: string, values: T): T {
  const escaped = Object.keys(values).filter(key => values[key] === 0xffffffff)
  if (escaped.length === 0) return values
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const length = Math.min(extra.readUInt16LE(at + 2), extra.length - at - 4)
    if (length < escaped.length * 8) break
    return { ...values, ...Object.fromEntries(escaped.map((key, i) => [key, Number(extra.readBigUInt64LE(at + 4 + i * 8))])) }
  }
  throw new ZipFault('needs a ZIP64 field that it does not have', { entry })
}

function checkLocalHeader(buffer: Buffer, header: Header, limit: number): number {
  const { localOffset: at, name: entry } = header
  if (at + 30 > limit || buffer.readUInt32LE(at) !== LOCAL)
    throw new ZipFault('has no local header where the central directory says', { entry })
  const nameEnd = at + 30 + buffer.readUInt16LE(at + 26)
  const dataOffset = nameEnd + buffer.readUInt16LE(at + 28)
  if (dataOffset + header.compressedSize > limit)
    throw new ZipFault('reaches beyond the end of the data: the ZIP is cut short or damaged', { entry })
  if (!buffer.subarray(at + 30, nameEnd).equals(header.rawName)) {
    throw new ZipFault(`is called ${JSON.stringify(buffer.toString('utf8', at + 30, nameEnd))} in its local header`, { entry })
  }
  const flags = buffer.readUInt16LE(at + 6)
  if (buffer.readUInt16LE(at + 8) !== header.record.method || (flags & 0x2041) !== 0)
    throw new ZipFault('has a local header that contradicts the central directory', { entry })
  // With bit 3 the sizes follow the data; all ones announce a ZIP64 field: in both cases the central directory has them.
  const local = [buffer.readUInt32LE(at + 18), buffer.readUInt32LE(at + 22)]
  const central = [header.compressedSize, header.record.size]
  if (!(flags & 8) && local.some((value, i) => value !== 0xffffffff && value !== central[i])) {
    throw new ZipFault('has other sizes in its local header than in the central directory', { entry })
  }
  return dataOffset
}

/** Entries that share bytes are how a small ZIP unpacks to petabytes. */
function refuseOverlaps(spans: { start: number; end: number; name: string }[]): void {
  spans.sort((a, b) => a.start - b.start)
  spans.forEach((span, i) => {
    const before = spans[i - 1]
    if (before && before.end > span.start)
      throw new ZipFault(`shares bytes with ${JSON.stringify(before.name)}`, { entry: span.name })
  })
}
