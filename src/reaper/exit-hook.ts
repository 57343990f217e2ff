import type { Resource } from '../model/resource.ts'
import { isRunning } from '../platform/process-identity.ts'
import { currentSession } from './session.ts'

const resources = new Map<number, Resource>()
let isHooked = false

/** Kills a resource's process group when this process or thread exits and nothing asynchronous can run any more. */
export function endAtExit(id: number, resource: Resource): void {
  resources.set(id, resource)
  if (isHooked) return
  isHooked = true
  process.once('exit', endAll)
}

export function forgetAtExit(id: number): void {
  resources.delete(id)
}

function endAll(): void {
  for (const resource of resources.values()) {
    if (resource.kind !== 'process' || resource.pid === undefined || resource.startTime === undefined) continue
    // Processes that left the group are the watchdog's: a search for them would delay the exit.
    if (!isRunning({ pid: resource.pid, startTime: resource.startTime })) continue
    try {
      process.kill(-resource.pid, 'SIGKILL')
    } catch {}
  }
  if (resources.size === 0) currentSession().removeFolder()
}
