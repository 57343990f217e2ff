import { chmod, readdir, rm } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { userFolderPath } from '../platform/user-folder.ts'

/** Whether a path may be removed: it must be below the user's folder. */
export function isOurs(path: string): boolean {
  return resolve(path) === path && path.startsWith(userFolderPath() + sep)
}

/** Removes a folder with everything in it, even if a handler took its own permission to read or write away. `false` if it did not exist. */
export async function removeFolder(path: string): Promise<boolean> {
  if (!isOurs(path)) throw new Error(`${path} is not below ${userFolderPath()}: not removed`)
  try {
    await rm(path, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (code === 'EACCES' || code === 'EPERM') await makeWritable(path)
    await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  }
  return true
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name))
  }
}
