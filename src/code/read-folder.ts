import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeError } from '../errors/runtime-error.ts'
import { yieldToOthers } from '../platform/yield-to-others.ts'
import { UNZIPPED_LIMIT, UNZIPPED_TOO_LARGE } from './zip/limits.ts'
import { checkSymlinks } from './zip/symlinks.ts'
import type { ZipEntry } from './zip/zip-entry.ts'
import { ZipFault, zipError } from './zip/zip-fault.ts'

/**
 * A folder's contents, as `zip -ry` would take them: empty folders and symlinks too. Of the modes only the executable bit
 * counts, as in git, so that a checkout under another umask has the same deployId.
 * @throws RuntimeError `CODE_READ_FAILED`, `ZIP_EXTRACTION_FAILED` over AWS's limit.
 */
export async function readFolder(root: string, what: string): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = []
  const turn = yieldToOthers()
  let total = 0
  const walk = async (folder: string): Promise<void> => {
    for (const child of readdirSync(join(root, folder))) {
      const name = folder === '' ? child : `${folder}/${child}`
      const path = join(root, name)
      const stats = lstatSync(path)
      if (stats.isDirectory()) {
        entries.push({ name, type: 'directory', mode: 0o755, data: new Uint8Array() })
        await walk(name)
      } else if (stats.isSymbolicLink()) {
        entries.push({ name, type: 'symlink', mode: 0o777, data: Buffer.from(readlinkSync(path)) })
      } else if (stats.isFile()) {
        await turn(stats.size)
        total += stats.size
        if (total > UNZIPPED_LIMIT)
          throw zipError(`${what} (${root})`, new ZipFault('has more', { refusal: `${UNZIPPED_TOO_LARGE}.` }))
        entries.push({ name, type: 'file', mode: stats.mode & 0o111 ? 0o755 : 0o644, data: readFileSync(path) })
      } else {
        throw new RuntimeError(
          'CODE_READ_FAILED',
          `${what}: ${path} is neither a file nor a folder nor a symlink. Remove it from ${root}.`,
          {
            data: { what, path },
          },
        )
      }
    }
  }
  await walk('')
  refuseStraySymlinks(root, entries, what)
  return entries
}

function refuseStraySymlinks(root: string, entries: readonly ZipEntry[], what: string): void {
  try {
    checkSymlinks(entries)
  } catch (fault) {
    if (!(fault instanceof ZipFault)) throw fault
    const path = join(root, fault.entry ?? '')
    throw new RuntimeError(
      'CODE_READ_FAILED',
      `${what}: ${path} ${fault.message}. Put a copy of what it points to in its place.`,
      {
        data: { what, path },
      },
    )
  }
}
