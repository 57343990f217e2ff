import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { threadId } from 'node:worker_threads'
import { RuntimeError } from '../errors/runtime-error.ts'
import { currentOwner, type Owner } from '../model/owner.ts'
import { deriveSessionId } from './find-runner.ts'
import { createInstanceFolder, createOwnerFolder, isFirst, removeOwnerFolder } from './session-folder.ts'
import { SESSION_VARIABLE } from './variables.ts'

/** One test run with all its workers, seen from one of their threads. */
export interface Session {
  /** 16 hex digits, the same in every process of the run. */
  readonly id: string
  readonly owner: Owner
  /** 0 in a process's main thread. */
  readonly threadId: number
  /**
   * This thread's folder, private to the user. It is created when it is first needed.
   * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
   */
  readonly folder: string
  /**
   * Creates `<folder>/instances/<instance id>`.
   * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
   */
  instanceFolder(instanceId: string): string
  /**
   * Whether this process is the session's first to ask for `what`, as long as one of the session's processes has a folder.
   * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
   */
  isFirst(what: string): boolean
  /**
   * Removes this thread's folder if no instance has a folder in it. A thread does so when its last instance has ended, because runners
   * kill their workers. Folders with instances stay: another realm of this thread may still use them.
   */
  removeFolder(): void
}

const KEY: unique symbol = Symbol.for('lambda-fixtures/session') as never
const shared = globalThis as { [KEY]?: Session }

/**
 * The session of this process: `LAMBDA_FIXTURES_SESSION`, or an id derived from the test runner's process.
 * @throws RuntimeError `SESSION_INVALID` if the variable is not 16 hex digits
 */
export function currentSession(): Session {
  shared[KEY] ??= createSession()
  return shared[KEY]
}

/** A new instance's id: 32 hex digits, as at the end of AWS's log stream names. The first 16 are the session's id. */
export function newInstanceId(): string {
  return currentSession().id + randomBytes(8).toString('hex')
}

/** The 12 digits that distinguish instances in names. */
export function shortInstanceId(instanceId: string): string {
  return instanceId.slice(-12)
}

function createSession(): Session {
  const id = sessionId()
  const owner = currentOwner()
  let folder: string | undefined
  return {
    id,
    owner,
    threadId,
    get folder() {
      if (folder === undefined || !existsSync(folder)) folder = createOwnerFolder(id, owner, threadId)
      return folder
    },
    instanceFolder(instanceId) {
      return createInstanceFolder(this.folder, instanceId)
    },
    isFirst(what) {
      return isFirst(this.folder, what)
    },
    removeFolder() {
      if (folder !== undefined) removeOwnerFolder(folder)
    },
  }
}

function sessionId(): string {
  const named = process.env[SESSION_VARIABLE]
  if (named === undefined || named === '') {
    const id = deriveSessionId()
    process.env[SESSION_VARIABLE] = id
    return id
  }
  if (/^[0-9a-f]{16}$/.test(named)) return named
  throw new RuntimeError(
    'SESSION_INVALID',
    `${SESSION_VARIABLE} is ${JSON.stringify(named)}, but a session's id is 16 hex digits. Unset it: lambda-fixtures finds the run itself.`,
    { data: { value: named } },
  )
}
