import { hash } from 'node:crypto'
import type { CodeZip, LayerZip } from '../../model/code-package.ts'
import { UNZIPPED_LIMIT, UNZIPPED_TOO_LARGE, ZIPPED_LIMIT, ZIPPED_TOO_LARGE } from './limits.ts'
import { unzippedSize, zipEntries } from './zip-entries.ts'
import { ZipFault, zipError } from './zip-fault.ts'

/**
 * Makes sure that a ZIP can be unpacked, and only into its folder, before anything is written: names and symlinks that leave the
 * root, devices, duplicates, bombs, damage, encryption. `what` says in errors where it came from, such as `layers[0]`.
 * @throws RuntimeError `ZIP_EXTRACTION_FAILED`, in AWS's words where AWS has some; `data` has `entry` and `reason`.
 * @see contract 6.3
 */
export async function checkZip(bytes: Uint8Array, what: string): Promise<CodeZip> {
  if (bytes.length > ZIPPED_LIMIT)
    throw zipError(what, new ZipFault(`has ${bytes.length} bytes`, { refusal: `${ZIPPED_TOO_LARGE}.` }))
  const zip = { bytes, sha256: hash('sha256', bytes, 'hex') }
  await zipEntries(zip, what)
  return zip
}

/**
 * Holds code and layers, each of which is small enough, to what they may have together.
 * @throws RuntimeError `ZIP_EXTRACTION_FAILED`
 * @see contract 6.3
 */
export async function checkUnzippedTotal(code: CodeZip | undefined, layers: readonly LayerZip[]): Promise<void> {
  const zips = code ? [code, ...layers] : layers
  let total = 0
  for (const zip of zips) total += unzippedSize(await zipEntries(zip))
  if (total > UNZIPPED_LIMIT)
    throw zipError('code and layers', new ZipFault(`has ${total} bytes with all layers`, { refusal: `${UNZIPPED_TOO_LARGE}.` }))
}
