import { readdirSync, readFileSync } from 'node:fs'
import { findMarker } from '../../reaper/processes/marker.ts'

/** Signals a group this library started and whose leader it has not reaped yet, so that the number can't be another's. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Processes of an instance wherever they went, `setsid` and adopted ones too: found by the environment they were started with. */
export function processesOf(instanceId: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    return Number.isInteger(pid) && pid !== process.pid && isMarked(pid, instanceId) ? [pid] : []
  })
}

export function signalProcesses(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended in between.
    }
  }
}

function isMarked(pid: number, instanceId: string): boolean {
  try {
    return findMarker(readFileSync(`/proc/${pid}/environ`, 'latin1'), instanceId) !== undefined
  } catch {
    return false
  }
}
