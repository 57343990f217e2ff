import { execFile } from 'node:child_process'
import { lstat, rm } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { userFolderPath } from '../platform/user-folder.ts'

const run = promisify(execFile)

/** Whether a path may be removed: it must be below the user's folder. */
export function isOurs(path: string): boolean {
  return resolve(path) === path && path.startsWith(userFolderPath() + sep)
}

/**
 * Removes a folder with everything that a function may have left in it: folders without permissions, paths longer than the kernel takes.
 * Resolves with `false` if it does not exist.
 * @throws Error what can't be removed, and why: what belongs to another user, a mounted file system
 */
export async function removeFolder(path: string): Promise<boolean> {
  if (!isOurs(path)) throw new Error(`${path} is not below ${userFolderPath()}: not removed`)
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return false
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 })
  } catch (error) {
    if (!found.isDirectory()) throw error
    await removeByTools(path)
  }
  return true
}

/** Unlike Node, chmod(1) and rm(1) walk by file descriptors, and so at any depth. */
async function removeByTools(path: string): Promise<void> {
  const env = { PATH: `${process.env.PATH ?? ''}:/bin:/usr/bin`, LC_ALL: 'C' }
  // What it can't change, rm names.
  await run('chmod', ['-R', 'u+rwx', path], { env }).catch(() => undefined)
  await run('rm', ['-rf', path], { env }).catch(({ message, stderr }: Error & { stderr?: string }) => {
    throw new Error((stderr?.trim() || message).split('\n')[0]!.slice(0, 500))
  })
}
