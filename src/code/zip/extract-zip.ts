import { chmodSync, closeSync, fchmodSync, lstatSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { CodeZip } from '../../model/code-package.ts'
import { yieldToOthers } from '../../platform/yield-to-others.ts'
import { zipEntries } from './zip-entries.ts'
import type { ZipEntry } from './zip-entry.ts'

/**
 * Unpacks a ZIP into a folder that exists, over what is there: as on AWS a later layer wins. Modes are set whatever the umask.
 * @throws RuntimeError `ZIP_EXTRACTION_FAILED`
 */
export async function extractZip(zip: CodeZip, directory: string): Promise<void> {
  const entries = await zipEntries(zip)
  const folders = new Set<string>(['', '.'])
  const turn = yieldToOthers()
  for (const entry of entries) {
    try {
      writeEntry(directory, entry, folders)
    } catch (cause) {
      const where = join(directory, entry.name)
      throw new RuntimeError('ZIP_EXTRACTION_FAILED', `Could not write ${where}: ${(cause as Error).message}.`, {
        data: { entry: entry.name, directory, reason: (cause as Error).message },
        cause,
      })
    }
    await turn(entry.data.length)
  }
}

function writeEntry(directory: string, entry: ZipEntry, folders: Set<string>): void {
  if (entry.type === 'directory') {
    makeFolder(directory, entry.name, entry.mode, folders)
    return
  }
  const slash = entry.name.lastIndexOf('/')
  if (slash !== -1) makeFolder(directory, entry.name.slice(0, slash), 0o755, folders)
  const path = join(directory, entry.name)
  replacing(path, () => (entry.type === 'symlink' ? symlinkSync(Buffer.from(entry.data), path) : writeFile(path, entry)))
}

/** Each level is made by itself: a symlink of an earlier layer must not lead what lies beneath it elsewhere. */
function makeFolder(directory: string, name: string, mode: number, folders: Set<string>): void {
  if (folders.has(name)) return
  const slash = name.lastIndexOf('/')
  if (slash !== -1) makeFolder(directory, name.slice(0, slash), 0o755, folders)
  const path = join(directory, name)
  // The owner must be able to fill and remove it.
  const make = (): void => {
    mkdirSync(path)
    chmodSync(path, mode | 0o700)
  }
  replacing(path, make, stats => stats.isDirectory())
  folders.add(name)
}

function writeFile(path: string, { mode, data }: ZipEntry): void {
  // `wx` doesn't follow a symlink that is there already.
  const fd = openSync(path, 'wx', mode)
  try {
    for (let written = 0; written < data.length; ) written += writeSync(fd, data, written)
    fchmodSync(fd, mode)
  } finally {
    closeSync(fd)
  }
}

function replacing(path: string, make: () => void, isFine: (stats: { isDirectory(): boolean }) => boolean = () => false): void {
  try {
    make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (isFine(lstatSync(path))) return
    rmSync(path, { recursive: true })
    make()
  }
}
