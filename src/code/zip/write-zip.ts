import { crc32, deflateRawSync } from 'node:zlib'
import { ZIPPED_LIMIT } from './limits.ts'
import type { ZipEntry } from './zip-entry.ts'

const TYPE_BITS = { file: 0o100000, directory: 0o040000, symlink: 0o120000 } as const
/** 1 January 1980, the first date a ZIP can have. */
const DATE = 0x0021

/**
 * A ZIP with the same bytes for the same contents: sorted by name, without dates, made on a Unix. Stored, because it is unpacked
 * on this machine at once; deflated only if it would else be over AWS's limit for zipped packages.
 *
 * Written here and not by jszip, because jszip waits for the global `setImmediate`: under a test's fake timers it never ends.
 */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))
  const isLarge = sorted.reduce((sum, entry) => sum + entry.data.length, 0) > ZIPPED_LIMIT * 0.9
  const parts: Uint8Array[] = []
  const central: Uint8Array[] = []
  let offset = 0
  for (const entry of sorted) {
    const name = Buffer.from(entry.type === 'directory' ? `${entry.name}/` : entry.name)
    const data = isLarge ? deflateRawSync(entry.data) : entry.data
    const common = commonFields(entry, name, data, isLarge)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    common.copy(local, 4)
    const header = Buffer.alloc(46)
    header.writeUInt32LE(0x02014b50, 0)
    header.writeUInt16LE(0x0314, 4)
    common.copy(header, 6)
    header.writeUInt32LE(((TYPE_BITS[entry.type] | entry.mode) << 16) >>> 0, 38)
    header.writeUInt32LE(offset, 42)
    parts.push(local, name, data)
    central.push(header, name)
    offset += 30 + name.length + data.length
  }
  const directory = Buffer.concat(central)
  return Buffer.concat([...parts, directory, endRecord(sorted.length, directory.length, offset)])
}

/** From the version that is needed to the length of the extra field: the same in both headers. */
function commonFields(entry: ZipEntry, name: Buffer, data: Uint8Array, isDeflated: boolean): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  // Names are UTF-8.
  fields.writeUInt16LE(0x0800, 2)
  fields.writeUInt16LE(isDeflated ? 8 : 0, 4)
  fields.writeUInt16LE(DATE, 8)
  fields.writeUInt32LE(crc32(entry.data), 10)
  fields.writeUInt32LE(data.length, 14)
  fields.writeUInt32LE(entry.data.length, 18)
  fields.writeUInt16LE(name.length, 22)
  return fields
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, 0xffff), 8)
  end.writeUInt16LE(Math.min(count, 0xffff), 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  if (count < 0xffff) return end
  // More entries than the plain record can count.
  const wide = Buffer.alloc(76)
  wide.writeUInt32LE(0x06064b50, 0)
  wide.writeBigUInt64LE(44n, 4)
  wide.writeUInt16LE(0x032d, 12)
  wide.writeUInt16LE(45, 14)
  wide.writeBigUInt64LE(BigInt(count), 24)
  wide.writeBigUInt64LE(BigInt(count), 32)
  wide.writeBigUInt64LE(BigInt(size), 40)
  wide.writeBigUInt64LE(BigInt(offset), 48)
  wide.writeUInt32LE(0x07064b50, 56)
  wide.writeBigUInt64LE(BigInt(offset + size), 64)
  wide.writeUInt32LE(1, 72)
  return Buffer.concat([wide, end])
}
