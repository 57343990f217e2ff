import type { Resource } from '../model/resource.ts'
import { isRunning } from '../platform/process-identity.ts'
import { removeOwnFolder } from './remove-own-folder.ts'

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
