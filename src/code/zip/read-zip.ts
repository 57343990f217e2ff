import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type JSZip from 'jszip'
import type { CodeZip, PackageEntry } from '../../model/code-package.ts'
import { arrangeEntries } from '../arrange-entries.ts'
import { checkSymlinks, type PackageRoot } from '../check-symlinks.ts'
import { checkUnzippedSize, checkZippedSize, MAX_PATH } from '../limits.ts'
import { PackageFault } from '../package-fault.ts'
import { type CentralDirectory, type CentralRecord, readCentralDirectory } from './central-directory.ts'
import { loadJszip } from './load-jszip.ts'

/** What functions hold of the ZIPs that were read, and what is being read, by SHA-256: functions of a test file often share a layer. */
const unpacked = new Map<string, WeakRef<readonly PackageEntry[]>>()
const reading = new Map<string, Promise<readonly PackageEntry[]>>()

/**
 * Reads a ZIP that a user gave. Nothing is unpacked before the headers were checked: unsafe names, duplicates, devices, bombs.
 * @throws PackageFault
 * @see contract 6.3
 */
export async function readZip(bytes: Uint8Array, root: PackageRoot): Promise<CodeZip> {
  checkZippedSize(bytes.length)
  const sha256 = hash('sha256', bytes, 'hex')
  const entries = unpacked.get(sha256)?.deref() ?? (await (reading.get(sha256) ?? unpack(bytes, sha256)))
  await checkSymlinks(entries, root)
  return { sha256, entries, bytes: async () => bytes }
}

async function unpack(bytes: Uint8Array, sha256: string): Promise<readonly PackageEntry[]> {
  try {
    const making = readEntries(bytes)
    reading.set(sha256, making)
    const entries = await making
    unpacked.set(sha256, new WeakRef(entries))
    return entries
  } finally {
    reading.delete(sha256)
  }
}

interface HeaderEntry extends PackageEntry {
  readonly record: CentralRecord
}

async function readEntries(bytes: Uint8Array): Promise<readonly PackageEntry[]> {
  const directory = readCentralDirectory(bytes)
  const { records } = directory
  const declared = records.reduce((sum, { size }) => sum + size, 0)
  checkUnzippedSize(declared, `declares ${declared} bytes`)
  const arranged = arrangeEntries(records.map(headerEntry))
  const zip = records.some(({ method }) => method === 8) ? await loadJszip().loadAsync(withPlainEnd(bytes, directory)) : undefined
  const entries: PackageEntry[] = []
  for (const entry of arranged) {
    if (!('record' in entry)) entries.push(entry)
    else {
      const { record, ...rest } = entry
      const data = record.method === 0 ? stored(bytes, record) : await inflate(zip?.file(entry.name), record)
      if (crc32(data) !== record.crc32) throw new PackageFault('is damaged: its CRC-32 differs', { entry: record.name })
      entries.push({ ...rest, data })
    }
  }
  return entries
}

/** jszip is confused by ZIP64 records that the plain end record does not refer to, and by comments that contain an end record. */
function withPlainEnd(bytes: Uint8Array, { offset, limit }: CentralDirectory): Uint8Array {
  if (bytes.length === limit + 22) return bytes
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt32LE(limit - offset, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([bytes.subarray(0, limit), end])
}

function headerEntry(record: CentralRecord): HeaderEntry {
  const { name, size, unixMode } = record
  const type = typeOf(record)
  if (type === 'directory' && size > 0) throw new PackageFault('is a folder, but has contents', { entry: name })
  if (type === 'symlink' && size > MAX_PATH)
    throw new PackageFault(`is a symlink that has a target of more than ${MAX_PATH} bytes`, { entry: name })
  const mode = unixMode === 0 ? (type === 'directory' ? 0o755 : 0o644) : unixMode & 0o777
  return { name, type, mode, data: new Uint8Array(), record }
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [0o010000, 'a FIFO'],
  [0o020000, 'a character device'],
  [0o060000, 'a block device'],
  [0o140000, 'a socket'],
])

function typeOf({ name, unixMode }: CentralRecord): PackageEntry['type'] {
  const bits = unixMode & 0o170000
  const hasSlash = name.endsWith('/')
  if (bits === 0o040000 || (bits === 0 && hasSlash)) return 'directory'
  if (bits !== 0 && bits !== 0o100000 && bits !== 0o120000)
    throw new PackageFault(`is ${KINDS.get(bits) ?? 'of an unknown type'}, not a file`, { entry: name })
  if (hasSlash) throw new PackageFault('has the name of a folder, but the type of a file', { entry: name })
  return bits === 0o120000 ? 'symlink' : 'file'
}

const stored = (bytes: Uint8Array, { dataOffset, size }: CentralRecord): Uint8Array =>
  bytes.subarray(dataOffset, dataOffset + size)

/** jszip's types leave out this method of its documentation. */
type StreamingFile = JSZip.JSZipObject & { internalStream(type: 'uint8array'): JSZip.JSZipStreamHelper<Uint8Array> }

/** Stops at the declared size: a header that lies costs no more memory than it declares, which was checked before. */
function inflate(file: JSZip.JSZipObject | null | undefined, { name: entry, size }: CentralRecord): Promise<Uint8Array> {
  // jszip takes the name of the Unicode path field, if there is one.
  if (!file) throw new PackageFault('has another name, or is a folder, in its other fields', { entry })
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const stream = (file as StreamingFile).internalStream('uint8array')
    stream.on('data', chunk => {
      length += chunk.length
      if (length <= size) chunks.push(chunk)
      else {
        chunks.length = 0
        stream.pause()
        reject(new PackageFault(`unpacks to more than the ${size} bytes that it declares`, { entry }))
      }
    })
    stream.on('error', cause => {
      reject(new PackageFault(`is damaged: it unpacks to ${length} bytes, but declares ${size}`, { entry, cause }))
    })
    stream.on('end', () => resolve(Buffer.concat(chunks, size)))
    stream.resume()
  })
}
