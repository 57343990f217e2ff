import { chmod, readdir, rm } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { userFolderPath } from '../platform/user-folder.ts'

/** Whether a path is of the kind that may be removed: strictly below the user's folder, or that of the given name in it. */
export function isOurs(path: string, below: string = userFolderPath()): boolean {
  return resolve(path) === path && path.startsWith(below + sep)
}

/** Removes a folder with all that is in it, also what a handler made unreadable for itself. `false` if there was none. */
export async function removeFolder(path: string): Promise<boolean> {
  if (!isOurs(path)) throw new Error(`${path} is not below ${userFolderPath()}: not removed`)
  try {
    await rm(path, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (code === 'EACCES' || code === 'EPERM') await openUp(path)
    await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  }
  return true
}

async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(join(folder, entry.name))
  }
}
