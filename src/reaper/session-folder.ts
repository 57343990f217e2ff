import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RuntimeError } from '../errors/runtime-error.ts'
import type { Owner } from '../model/owner.ts'
import { now } from '../platform/clock.ts'
import type { ProcessIdentity } from '../platform/process-identity.ts'
import { makePrivateFolder, userFolder, userFolderPath } from '../platform/user-folder.ts'

/*
 * A session's folder, below the user's:
 *
 *   sessions/<session id>/<pid>-<start time>/            an owner's folder; in a worker thread, `-<thread id>` follows
 *   sessions/<session id>/<owner>/owner.json             the owner, to be judged by later runs
 *   sessions/<session id>/<owner>/instances/<id>/        an instance of the process backend
 *   sessions/<session id>/once-<what>                    exists when one of the session's processes has done `what`
 */

const ONCE = 'once-'

/** An owner's folder, as its path tells. */
export interface OwnerFolder extends ProcessIdentity {
  readonly path: string
  readonly threadId: number
}

export function sessionsPath(): string {
  return join(userFolderPath(), 'sessions')
}

export function ownerFolderPath(session: string, { pid, startTime }: ProcessIdentity, threadId: number): string {
  return join(sessionsPath(), session, threadId === 0 ? `${pid}-${startTime}` : `${pid}-${startTime}-${threadId}`)
}

/** The folders of a session's owners; none if it has no folder. */
export function ownerFolders(session: string): OwnerFolder[] {
  return entriesOf(join(sessionsPath(), session)).flatMap(name => {
    const match = /^(\d+)-(\d+)(?:-(\d+))?$/.exec(name)
    if (match === null) return []
    const path = join(sessionsPath(), session, name)
    return { path, pid: Number(match[1]), startTime: match[2]!, threadId: Number(match[3] ?? 0) }
  })
}

/** The ids of all sessions that have a folder. */
export function sessionsOnDisk(): string[] {
  return entriesOf(sessionsPath()).filter(name => /^[0-9a-f]{16}$/.test(name))
}

/** The instances that have a folder in an owner's folder. */
export function instanceFolders(ownerFolder: string): { readonly instanceId: string; readonly path: string }[] {
  const folder = join(ownerFolder, 'instances')
  const ids = entriesOf(folder).filter(name => /^[0-9a-f]{32}$/.test(name))
  return ids.map(instanceId => ({ instanceId, path: join(folder, instanceId) }))
}

/** @throws RuntimeError `TEMP_FOLDER_UNUSABLE` */
export function createInstanceFolder(ownerFolder: string, instanceId: string): string {
  const path = join(ownerFolder, 'instances', instanceId)
  createFolder(path)
  return path
}

/**
 * Creates this thread's folder, private to the user.
 * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
 */
export function createOwnerFolder(session: string, owner: Owner, threadId: number): string {
  userFolder()
  makePrivateFolder(sessionsPath())
  const path = ownerFolderPath(session, owner, threadId)
  createFolder(path)
  const file = join(path, 'owner.json')
  const unfinished = `${file}.${process.hrtime.bigint()}`
  try {
    writeFileSync(unfinished, `${JSON.stringify(owner)}\n`)
    renameSync(unfinished, file)
  } catch (cause) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {}
    throw cannotCreate(file, cause)
  }
  touch(sessionsPath())
  return path
}

/** Removes an owner's folder unless an instance has a folder in it, and the session's folder with its last owner's. */
export function removeOwnerFolder(path: string): void {
  try {
    rmdirSync(join(path, 'instances'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return
  }
  rmSync(path, { recursive: true, force: true })
  removeSessionFolder(dirname(path))
}

/** Removes a session's folder, unless an owner has a folder in it. */
export function removeSessionFolder(path: string): void {
  try {
    const entries = readdirSync(path)
    if (entries.some(entry => !entry.startsWith(ONCE))) return
    for (const entry of entries) rmSync(join(path, entry), { force: true })
    rmdirSync(path)
  } catch {
    // It is gone, or a new owner's folder was created in between.
  }
}

/** Whether nobody else has asked this of the session's folder before, as long as the folder exists. */
export function isFirst(ownerFolder: string, what: string): boolean {
  const path = join(dirname(ownerFolder), ONCE + what)
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The watchdog watches this folder: it learns of a new owner even if the owner dies before it has connected. */
function touch(sessions: string): void {
  try {
    const time = now() / 1000
    utimesSync(sessions, time, time)
  } catch {}
}

/** Tries again when another process removes the session's empty folder between the creation of two levels. */
function createFolder(path: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && attempt < 10) continue
      throw cannotCreate(path, cause)
    }
  }
}

function cannotCreate(path: string, cause: unknown): RuntimeError {
  const { code, message } = cause as NodeJS.ErrnoException
  const remedy = code === 'EMFILE' ? 'Close some files, or raise `ulimit -n`' : 'Free some space, or set TMPDIR to another folder'
  return new RuntimeError('TEMP_FOLDER_UNUSABLE', `lambda-fixtures can't create ${path}: ${message}. ${remedy}.`, {
    data: { path, reason: code },
    cause,
  })
}
