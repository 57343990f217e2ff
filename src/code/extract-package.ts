import { chmodSync, closeSync, fchmodSync, lstatSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { join, posix } from 'node:path'
import { RuntimeError } from '../errors/runtime-error.ts'
import type { CodeZip, PackageEntry } from '../model/code-package.ts'
import { yieldToOthers } from '../platform/yield-to-others.ts'
import { isIn, OWN_FOLDERS, type PackageRoot } from './check-symlinks.ts'

/** The folders of a function, as it sees them where it runs, by AWS's paths. */
export type FunctionFolders = Readonly<Record<(typeof OWN_FOLDERS)[number], string>>

export interface ExtractOptions {
  /** A folder that exists. What is in it stays, or is replaced: as on AWS, a later layer wins. */
  readonly directory: string
  /** AWS's path of that folder. */
  readonly root: PackageRoot
  readonly folders: FunctionFolders
}

/**
 * Writes a package's files, with its modes whatever the umask is. Nothing is written through a symlink.
 * @throws RuntimeError `ZIP_EXTRACTION_FAILED`
 */
export async function extractPackage({ entries }: CodeZip, { directory, root, folders }: ExtractOptions): Promise<void> {
  const turn = yieldToOthers()
  for (const entry of entries) {
    const path = join(directory, entry.name)
    try {
      if (entry.type === 'directory') makeFolder(path, entry.mode)
      else if (entry.type === 'file') replacing(path, () => writeFile(path, entry))
      else replacing(path, () => symlinkSync(targetOf(entry, root, folders), path))
    } catch (cause) {
      const reason = (cause as Error).message
      throw new RuntimeError('ZIP_EXTRACTION_FAILED', `Could not write ${path}: ${reason}.`, {
        data: { entry: entry.name, directory, reason },
        cause,
      })
    }
    await turn(entry.data.length)
  }
}

function makeFolder(path: string, mode: number): void {
  const make = (): void => {
    mkdirSync(path)
    // The owner must be able to fill and remove it.
    chmodSync(path, mode | 0o700)
  }
  // A symlink of an earlier layer must not lead this one's files elsewhere.
  replacing(path, make, () => lstatSync(path).isDirectory())
}

function writeFile(path: string, { mode, data }: PackageEntry): void {
  // `wx` follows no symlink.
  const fd = openSync(path, 'wx', mode)
  try {
    for (let written = 0; written < data.length; ) written += writeSync(fd, data, written)
    fchmodSync(fd, mode)
  } finally {
    closeSync(fd)
  }
}

/** A target outside the package, in another of the function's folders, is where that folder is here. */
function targetOf({ name, data }: PackageEntry, root: PackageRoot, folders: FunctionFolders): string {
  const target = Buffer.from(data).toString()
  const path = posix.resolve(root, posix.dirname(name), target)
  if (!target.startsWith('/') && isIn(root, path)) return target
  const folder = OWN_FOLDERS.find(each => isIn(each, path))
  return folder === undefined ? target : folders[folder] + path.slice(folder.length)
}

function replacing(path: string, make: () => void, isFine: () => boolean = () => false): void {
  try {
    make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (isFine()) return
    rmSync(path, { recursive: true })
    make()
  }
}
