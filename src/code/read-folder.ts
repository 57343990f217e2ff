import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { PackageEntry } from '../model/code-package.ts'
import { yieldToOthers } from '../platform/yield-to-others.ts'
import { checkUnzippedSize } from './limits.ts'
import { PackageFault } from './package-fault.ts'

/**
 * A folder's contents, as `zip -ry` would take them, with empty folders and symlinks. Of a file's mode only the executable bit
 * counts, as in git: a checkout under another umask makes the same package.
 * @throws PackageFault
 */
export async function readFolder(root: string): Promise<PackageEntry[]> {
  const entries: PackageEntry[] = []
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
        checkUnzippedSize(total, 'is larger')
        entries.push({ name, type: 'file', mode: stats.mode & 0o111 ? 0o755 : 0o644, data: readFileSync(path) })
      } else throw new PackageFault('is not a file, a folder or a symlink: remove it', { entry: name })
    }
  }
  await walk('')
  return entries
}
