import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RuntimeError } from '../errors/runtime-error.ts'

/** `<temp folder>/lambda-fixtures-<uid>`, for everything that this user's sessions keep on disk. It may not exist. */
export function userFolderPath(): string {
  return join(tmpdir(), `lambda-fixtures-${process.getuid!()}`)
}

/**
 * The user's folder. It is created if missing, and checked to be private.
 * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
 */
export function userFolder(): string {
  const path = userFolderPath()
  makePrivateFolder(path)
  return path
}

/**
 * Creates a folder that only this user can enter, or checks that an existing one is such a folder: in a shared temp folder, another
 * user may have created it first.
 * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
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
  const uid = process.getuid!()
  if (!stat.isDirectory()) throw untrusted(path, stat.isSymbolicLink() ? 'it is a symbolic link' : 'it is not a folder')
  if (stat.uid !== uid) throw untrusted(path, `it belongs to user ${stat.uid}, and this process runs as user ${uid}`)
  if ((stat.mode & 0o077) !== 0) {
    throw untrusted(path, `other users can enter it (its mode is ${(stat.mode & 0o777).toString(8)}, not 700)`)
  }
}

function unusable(path: string, cause: unknown): RuntimeError {
  const { code } = cause as NodeJS.ErrnoException
  const why: Record<string, string> = {
    EROFS: 'the file system is read-only',
    EACCES: 'permission denied',
    ENOSPC: 'the disk is full',
    EDQUOT: "the user's disk quota is used up",
    ENOENT: 'its parent folder does not exist',
  }
  return new RuntimeError(
    'TEMP_FOLDER_UNUSABLE',
    `lambda-fixtures keeps its sessions in ${path}, but this folder can't be created: ${why[code ?? ''] ?? code ?? String(cause)}. ` +
      'Set TMPDIR to a folder that this user can write to.',
    { data: { path, reason: code }, cause },
  )
}

function untrusted(path: string, reason: string): RuntimeError {
  return new RuntimeError(
    'TEMP_FOLDER_UNUSABLE',
    `lambda-fixtures keeps its sessions in ${path}, but does not trust this folder: ${reason}. ` +
      'Remove it, or set TMPDIR to a folder that only this user can write to.',
    { data: { path, reason } },
  )
}
