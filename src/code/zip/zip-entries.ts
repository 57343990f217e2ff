import type { CodeZip } from '../../model/code-package.ts'
import { type CentralRecord, readCentralDirectory } from './central-directory.ts'
import { normaliseName } from './entry-name.ts'
import { readData } from './inflate.ts'
import { UNZIPPED_LIMIT, UNZIPPED_TOO_LARGE } from './limits.ts'
import { checkSymlinks } from './symlinks.ts'
import type { ZipEntry } from './zip-entry.ts'
import { ZipFault, zipError } from './zip-fault.ts'

/** Bytes of unpacked packages kept, so that the instances of a function don't each inflate its code; what is larger is read again. */
const CACHE_LIMIT = 64 * 1024 * 1024
const cache = new Map<string, Promise<readonly ZipEntry[]>>()
const sizes = new Map<string, number>()
let cached = 0

/**
 * What is in a ZIP, in its order, with every check of {@link checkZip}: nothing that it gives can leave the root.
 * @throws RuntimeError `ZIP_EXTRACTION_FAILED`
 */
export function zipEntries(zip: CodeZip, what = 'code'): Promise<readonly ZipEntry[]> {
  const known = cache.get(zip.sha256)
  if (known) return known
  const reading = read(zip.bytes).catch((error: unknown) => {
    cache.delete(zip.sha256)
    throw error instanceof ZipFault ? zipError(what, error) : error
  })
  cache.set(zip.sha256, reading)
  reading.then(entries => keep(zip.sha256, entries)).catch(() => {})
  return reading
}

function keep(sha256: string, entries: readonly ZipEntry[]): void {
  const size = unzippedSize(entries)
  cached += size
  sizes.set(sha256, size)
  for (const [oldest, oldestSize] of sizes) {
    if (cached <= CACHE_LIMIT) break
    sizes.delete(oldest)
    cache.delete(oldest)
    cached -= oldestSize
  }
}

/** Bytes that the entries take unpacked. */
export function unzippedSize(entries: readonly ZipEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.data.length, 0)
}

async function read(bytes: Uint8Array): Promise<readonly ZipEntry[]> {
  const records = readCentralDirectory(bytes)
  const declared = records.reduce((sum, record) => sum + record.size, 0)
  if (declared > UNZIPPED_LIMIT) throw new ZipFault(`declares ${declared} bytes`, { refusal: `${UNZIPPED_TOO_LARGE}.` })
  const shapes = records.map(record => ({ record, ...shapeOf(record) })).filter(shape => shape.name !== '')
  refuseClashes(shapes)
  const entries: ZipEntry[] = []
  for (const { record, name, type, mode } of shapes) entries.push({ name, type, mode, data: await readData(bytes, record) })
  if (entries.every(entry => entry.type === 'directory'))
    throw new ZipFault('has no files', { refusal: 'Uploaded file must be a non-empty zip.' })
  checkSymlinks(entries)
  return entries
}

type Shape = Pick<ZipEntry, 'name' | 'type' | 'mode'>

function shapeOf(record: CentralRecord): Shape {
  const name = normaliseName(record.name)
  const type = typeOf(record)
  if (type === 'directory' && record.size > 0) throw new ZipFault('is a folder with contents', { entry: record.name })
  if (name === '' && type !== 'directory') throw new ZipFault('has no name', { entry: record.name })
  const mode = (record.unixMode ?? 0) & 0o777
  const isDeclared = record.unixMode !== undefined && record.unixMode !== 0
  return { name, type, mode: isDeclared ? mode : type === 'directory' ? 0o755 : 0o644 }
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [0o010000, 'a FIFO'],
  [0o020000, 'a character device'],
  [0o060000, 'a block device'],
  [0o140000, 'a socket'],
])

function typeOf({ name, unixMode = 0 }: CentralRecord): ZipEntry['type'] {
  const bits = unixMode & 0o170000
  const hasSlash = name.endsWith('/')
  if (bits === 0o040000 || (bits === 0 && hasSlash)) return 'directory'
  if (bits !== 0 && bits !== 0o100000 && bits !== 0o120000)
    throw new ZipFault(`is ${KINDS.get(bits) ?? 'of a type that is none'}, not a file`, { entry: name })
  if (hasSlash) throw new ZipFault('has the name of a folder and the type of a file', { entry: name })
  return bits === 0o120000 ? 'symlink' : 'file'
}

function refuseClashes(shapes: readonly Shape[]): void {
  const types = new Map<string, Shape['type']>()
  for (const { name, type } of shapes) {
    // Some build tools write a folder twice; that is no two answers to what is in it.
    if (types.has(name) && !(type === 'directory' && types.get(name) === type))
      throw new ZipFault('is there twice', { entry: name })
    types.set(name, type)
  }
  for (const { name } of shapes) {
    for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
      const above = types.get(name.slice(0, slash))
      if (above === 'file' || above === 'symlink')
        throw new ZipFault(`lies beneath a ${above}, ${JSON.stringify(name.slice(0, slash))}`, { entry: name })
    }
  }
}
