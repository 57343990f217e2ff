import { rmdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { isRunning } from './processes/process-identity.ts'
import type { Resource } from './resource.ts'
import { currentSession } from './session.ts'
import { removeSessionFolderIfEmpty } from './session-folder.ts'

const held = new Map<number, Resource>()
let hooked = false

/** On `exit` of the process or thread, when nothing asynchronous runs any more, kills the group of this resource if it is a process. */
export function endAtExit(id: number, resource: Resource): void {
  held.set(id, resource)
  if (hooked) return
  hooked = true
  process.once('exit', endAll)
}

export function endedInTime(id: number): void {
  held.delete(id)
}

function endAll(): void {
  for (const resource of held.values()) {
    if (resource.kind !== 'process' || resource.pid === undefined || resource.startTime === undefined) continue
    // What left the group is the watchdog's: looking for it here would hold up the exit.
    if (!isRunning({ pid: resource.pid, startTime: resource.startTime })) continue
    try {
      process.kill(-resource.pid, 'SIGKILL')
    } catch {}
  }
  if (held.size === 0) removeOwnFolder()
}

/** A run that ended everything leaves no folder, with or without a watchdog. Only empty folders go: another realm of this thread may still use them. */
function removeOwnFolder(): void {
  const folder = currentSession().existingFolder
  if (folder === undefined) return
  try {
    rmdirSync(`${folder}/instances`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return
  }
  rmSync(folder, { recursive: true, force: true })
  removeSessionFolderIfEmpty(dirname(folder))
}
