import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { RuntimeError } from '../errors/runtime-error.ts'
import { currentOwner, type Owner } from '../model/owner.ts'
import { now } from '../platform/clock.ts'
import { makePrivateFolder, userFolder } from '../platform/user-folder.ts'
import { deriveSessionId } from './find-runner.ts'
import { ownerFolderName } from './owner-folder-name.ts'
import { sessionVariable } from './variables.ts'

/** One test run with all its workers, seen from one of their threads. */
export interface Session {
  /** 16 hex digits, the same in every process of the run. */
  readonly id: string
  readonly owner: Owner
  /** 0 in a process's main thread. */
  readonly threadId: number
  /**
   * This thread's folder, private to the user; created when first asked for.
   * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
   */
  readonly folder: string
  /** The same if it was created already; asking creates nothing. */
  readonly existingFolder: string | undefined
  /**
   * `<folder>/instances/<instance id>`, created.
   * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
   */
  instanceFolder(instanceId: string): string
}

const key = Symbol.for('lambda-fixtures/session')
const shared = globalThis as { [key]?: Session }

/**
 * The session this process belongs to: `LAMBDA_FIXTURES_SESSION`, else derived from the runner's process.
 * @throws RuntimeError `SESSION_INVALID` if the variable is not 16 hex digits.
 */
export function currentSession(): Session {
  shared[key] ??= makeSession()
  return shared[key]
}

/** A new id for an environment of this session: 32 hex digits, as at the end of AWS's log stream names. */
export function newInstanceId(): string {
  return currentSession().id + randomBytes(8).toString('hex')
}

/** 12 digits that tell instances apart in names: the first half of the id is the session's. */
export function shortInstanceId(instanceId: string): string {
  return instanceId.slice(-12)
}

function makeSession(): Session {
  const id = sessionId()
  const owner = currentOwner()
  let folder: string | undefined
  return {
    id,
    owner,
    threadId,
    get folder() {
      if (folder === undefined || !existsSync(folder)) folder = createOwnerFolder(id, owner)
      return folder
    },
    get existingFolder() {
      return folder
    },
    instanceFolder(instanceId) {
      const path = join(this.folder, 'instances', instanceId)
      createIn(path)
      return path
    },
  }
}

function sessionId(): string {
  const named = process.env[sessionVariable]
  if (named === undefined || named === '') {
    const id = deriveSessionId()
    process.env[sessionVariable] = id
    return id
  }
  if (/^[0-9a-f]{16}$/.test(named)) return named
  throw new RuntimeError(
    'SESSION_INVALID',
    `${sessionVariable} is ${JSON.stringify(named)}, but a session's id is 16 hex digits. Unset it: lambda-fixtures finds the run itself.`,
    { data: { value: named } },
  )
}

function createOwnerFolder(id: string, owner: Owner): string {
  const sessions = join(userFolder(), 'sessions')
  makePrivateFolder(sessions)
  const path = join(sessions, id, ownerFolderName(owner, threadId))
  createIn(path)
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
  announce(sessions)
  return path
}

// A watchdog looks at this folder, and so hears of us even if we die before we have reached it.
function announce(sessions: string): void {
  try {
    const time = now() / 1000
    utimesSync(sessions, time, time)
  } catch {}
}

// Another worker that ends at this moment may remove the session's folder, just empty, between our two levels.
function createIn(path: string): void {
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
