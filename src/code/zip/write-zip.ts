import { RuntimeError } from '../../errors/runtime-error.ts'
import type { PackageEntry } from '../../model/code-package.ts'
import { ZIPPED_LIMIT } from '../limits.ts'
import { loadJszip } from './load-jszip.ts'

const TYPE_BITS = { file: 0o100000, directory: 0o040000, symlink: 0o120000 } as const
/** The first date that a ZIP can have: the same entries must make the same ZIP. */
const DATE = Date.UTC(1980)
/** jszip can't write the ZIP64 record that counts more. */
const MAX_ENTRIES = 65_535

/**
 * The entries as a ZIP, compressed only if AWS would refuse it as too large otherwise.
 * @throws RuntimeError `ZIP_EXTRACTION_FAILED`
 */
export async function writeZip(entries: readonly PackageEntry[]): Promise<Uint8Array> {
  if (entries.length > MAX_ENTRIES) {
    const message = `A ZIP of ${entries.length} files and folders can't be written: the limit is ${MAX_ENTRIES}. Give a ZIP as code.`
    throw new RuntimeError('ZIP_EXTRACTION_FAILED', message, { data: { entries: entries.length } })
  }
  const zip = new (loadJszip())()
  for (const { name, type, mode, data } of entries) {
    const unixPermissions = TYPE_BITS[type] | mode
    zip.file(name, data, { dir: type === 'directory', date: new Date(DATE), unixPermissions, createFolders: false })
  }
  const size = entries.reduce((sum, { data }) => sum + data.length, 0)
  const compression = size > ZIPPED_LIMIT * 0.9 ? 'DEFLATE' : 'STORE'
  return await zip.generateAsync({ type: 'nodebuffer', platform: 'UNIX', compression })
}
