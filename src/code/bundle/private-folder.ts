import { lstatSync, mkdirSync } from 'node:fs'

/**
 * Makes a folder that only this user can read and write, and gives it; `undefined` if what is there is another's, a symlink or
 * open to others: code is run from it, and in a shared temporary folder anyone can be the first to make it.
 */
export function privateFolder(path: string): string | undefined {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const stats = lstatSync(path)
    const uid = process.getuid?.()
    if (!stats.isDirectory() || (uid !== undefined && (stats.uid !== uid || stats.mode & 0o077))) return undefined
    return path
  } catch {
    return undefined
  }
}
