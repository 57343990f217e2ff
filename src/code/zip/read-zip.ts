import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type JSZip from 'jszip'
import type { CodeZip, PackageEntry } from '../../model/code-package.ts'
import { arrangeEntries } from '../arrange-entries.ts'
import { checkSymlinks, type PackageRoot } from '../check-symlinks.ts'
import { normaliseName } from '../entry-name.ts'
import { checkUnzippedSize, checkZippedSize, MAX_PATH } from '../limits.ts'
import { PackageFault } from '../package-fault.ts'
import { type CentralDirectory, type CentralRecord, readCentralDirectory } from './central-directory.ts'
import { loadJszip } from './load-jszip.ts'

/** The entries of ZIPs by SHA-256, for as long as a function holds them: many functions share a layer. */
const known = new Map<string, WeakRef<Promise<readonly PackageEntry[]>>>()

/**
 * Reads a ZIP that a user gave. Nothing is unpacked before all headers were checked for unsafe names, duplicates, devices and bombs.
 * @throws PackageFault
 * @see contract 6.3
 */
export async function readZip(bytes: Uint8Array, root: PackageRoot): Promise<CodeZip> {
  checkZippedSize(bytes.length)
  const sha256 = hash('sha256', bytes, 'hex')
  const unpacking = known.get(sha256)?.deref() ?? unpack(bytes)
  known.set(sha256, new WeakRef(unpacking))
  const entries = await unpacking
  checkSymlinks(entries, root)
  // The package holds the promise, so that the entries stay known.
  return { sha256, entries, bytes: () => unpacking.then(() => bytes) }
}

async function unpack(bytes: Uint8Array): Promise<readonly PackageEntry[]> {
  const directory = readCentralDirectory(bytes)
  const { records } = directory
  const declared = records.reduce((sum, { size }) => sum + size, 0)
  checkUnzippedSize(declared, `declares ${declared} bytes`)
  const empty = arrangeEntries(records.map(entryOf))
  const byName = new Map(records.map(record => [normaliseName(record.name), record]))
  const zip = records.some(({ method }) => method === 8) ? await loadJszip().loadAsync(withPlainEnd(bytes, directory)) : undefined
  const entries: PackageEntry[] = []
  for (const entry of empty) {
    const record = byName.get(entry.name)!
    if (entry.type === 'directory') entries.push(entry)
    else entries.push({ ...entry, data: await contentsOf(record, bytes, zip?.file(entry.name)) })
  }
  return entries
}

/** jszip is confused by a ZIP64 record that the plain end record does not refer to, and by a comment that contains an end record. */
function withPlainEnd(bytes: Uint8Array, { offset, limit }: CentralDirectory): Uint8Array {
  if (bytes.length === limit + 22) return bytes
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt32LE(limit - offset, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([bytes.subarray(0, limit), end])
}

/** An entry without its contents. */
function entryOf({ name, size, unixMode }: CentralRecord): PackageEntry {
  const refuse = (reason: string): never => {
    throw new PackageFault(reason, { entry: name })
  }
  const hasSlash = name.endsWith('/')
  const kind = unixMode & 0o170000
  const type = kind === 0o120000 ? 'symlink' : kind === 0o040000 || (kind === 0 && hasSlash) ? 'directory' : 'file'
  if (type === 'file' && kind !== 0 && kind !== 0o100000) refuse('is not a file, a folder or a symlink')
  if (type !== 'directory' && hasSlash) refuse('has the name of a folder, but the type of a file')
  if (type === 'directory' && size > 0) refuse('is a folder, but has contents')
  if (type === 'symlink' && size > MAX_PATH) refuse(`is a symlink that has a target of more than ${MAX_PATH} bytes`)
  const mode = unixMode === 0 ? (type === 'directory' ? 0o755 : 0o644) : unixMode & 0o777
  return { name, type, mode, data: new Uint8Array() }
}

async function contentsOf(
  record: CentralRecord,
  bytes: Uint8Array,
  file: JSZip.JSZipObject | null | undefined,
): Promise<Uint8Array> {
  const { name: entry, method, dataOffset, size } = record
  // jszip takes the name of the Unicode path field if there is one, and believes the MS-DOS attribute of a folder.
  if (method === 8 && !file) throw new PackageFault('has another name in an extra field, or is a folder for MS-DOS', { entry })
  const data = file && method === 8 ? await inflate(file, record) : bytes.subarray(dataOffset, dataOffset + size)
  if (crc32(data) !== record.crc32) throw new PackageFault('is damaged: its CRC-32 differs', { entry })
  return data
}

/** jszip's types lack this method of its documentation. */
type StreamingFile = JSZip.JSZipObject & { internalStream(type: 'uint8array'): JSZip.JSZipStreamHelper<Uint8Array> }

/** Stops at the declared size: a header that lies costs no more memory than it declares, which was checked before. */
function inflate(file: JSZip.JSZipObject, { name: entry, size }: CentralRecord): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const stream = (file as StreamingFile).internalStream('uint8array')
    stream.on('data', chunk => {
      length += chunk.length
      if (length <= size) chunks.push(chunk)
      else {
        stream.pause()
        reject(new PackageFault(`unpacks to more than the ${size} bytes that it declares`, { entry }))
      }
    })
    stream.on('error', cause => {
      reject(new PackageFault(`is damaged: it unpacks to ${length} bytes, but declares ${size}`, { entry, cause }))
    })
    stream.on('end', () => resolve(Buffer.concat(chunks)))
    stream.resume()
  })
}
