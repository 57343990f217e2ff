import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { RuntimeError } from '../errors/runtime-error.ts'

/** `<temp folder>/lambda-fixtures-<uid>`: all that this user's sessions keep on disk. Not created by this. */
export function userFolderPath(): string {
  // Asking by name service is for systems that don't number their users.
  return join(tmpdir(), `lambda-fixtures-${process.getuid?.() ?? userInfo().uid}`)
}

/** The user's folder, created if missing, and checked to be nobody else's. */
export function userFolder(): string {
  const path = userFolderPath()
  makePrivateFolder(path)
  return path
}

/**
 * Creates a folder that only this user can enter, or makes sure that an existing one is that: in a shared temp folder, somebody
 * else may have been there first.
 */
export function makePrivateFolder(path: string): void {
  let stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) {
    try {
      mkdirSync(path, { mode: 0o700 })
      return
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(path, cause)
      stat = lstatSync(path)
    }
  }
  const uid = process.getuid?.()
  if (!stat.isDirectory()) throw notOurs(path, stat.isSymbolicLink() ? 'it is a symbolic link' : 'it is not a folder')
  if (uid !== undefined && stat.uid !== uid)
    throw notOurs(path, `it belongs to user ${stat.uid}, and this process runs as ${uid}`)
  if (uid !== undefined && (stat.mode & 0o077) !== 0) {
    throw notOurs(path, `others can get into it (mode ${(stat.mode & 0o777).toString(8)}, expected 700)`)
  }
}

function unusable(path: string, cause: unknown): RuntimeError {
  const { code } = cause as NodeJS.ErrnoException
  const why: Record<string, string> = {
    EROFS: 'the file system is read-only',
    EACCES: 'writing there is not allowed',
    ENOSPC: 'the disk is full',
    EDQUOT: "this user's disk quota is used up",
    ENOENT: 'its parent folder does not exist',
  }
  return new RuntimeError(
    'TEMP_FOLDER_UNUSABLE',
    `lambda-fixtures keeps its sessions in ${path}, but that folder can't be created: ${why[code ?? ''] ?? code ?? String(cause)}. ` +
      'Set TMPDIR to a folder that this user can write to.',
    { data: { path, reason: code }, cause },
  )
}

function notOurs(path: string, reason: string): RuntimeError {
  return new RuntimeError(
    'TEMP_FOLDER_UNUSABLE',
    `lambda-fixtures keeps its sessions in ${path}, but does not trust that folder: ${reason}. ` +
      'Remove it, or set TMPDIR to a folder that only this user can write to.',
    { data: { path, reason } },
  )
}
