import { createHash } from 'node:crypto'
import type { CodeZip, LayerZip, PackageEntry } from '../model/code-package.ts'
import { arrangeEntries } from './arrange-entries.ts'
import { checkSymlinks, type PackageRoot } from './check-symlinks.ts'
import { checkUnzippedSize } from './limits.ts'
import { type PackageFault, packageError } from './package-fault.ts'
import { writeZip } from './zip/write-zip.ts'

/** A package of files that are not a ZIP. @throws PackageFault */
export function createPackage(files: readonly PackageEntry[], root: PackageRoot): CodeZip {
  const entries = arrangeEntries(files)
  const size = sizeOf(entries)
  checkUnzippedSize(size, `has ${size} bytes`)
  checkSymlinks(entries, root)
  let zip: Promise<Uint8Array> | undefined
  return { sha256: hashOf(entries), entries, bytes: () => (zip ??= writeZip(entries)) }
}

/** Each entry's description says how many bytes of contents follow it, so no two packages hash the same bytes. */
function hashOf(entries: readonly PackageEntry[]): string {
  const digest = createHash('sha256')
  for (const { name, type, mode, data } of entries) digest.update(JSON.stringify([name, type, mode, data.length])).update(data)
  return digest.digest('hex')
}

const sizeOf = (entries: readonly PackageEntry[]): number => entries.reduce((sum, { data }) => sum + data.length, 0)

/**
 * Holds code and layers together to the limit that each of them is held to.
 * @throws RuntimeError `ZIP_EXTRACTION_FAILED`
 * @see contract 6.3
 */
export function checkTotalSize(code: CodeZip | undefined, layers: readonly LayerZip[]): void {
  const total = [...(code ? [code] : []), ...layers].reduce((sum, { entries }) => sum + sizeOf(entries), 0)
  try {
    checkUnzippedSize(total, `has ${total} bytes with all layers`)
  } catch (fault) {
    throw packageError('code and layers', fault as PackageFault)
  }
}
