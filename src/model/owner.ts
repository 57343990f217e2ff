import { RuntimeError } from '../errors/runtime-error.ts'
import { bootId, hostId, isRunning, type ProcessIdentity, startTimeOf } from '../platform/process-identity.ts'

/** The process that launched something. Its threads share it; each has a folder and a connection to the watchdog of its own. */
export interface Owner extends ProcessIdentity {
  readonly host: string
  /** The boot in which pid and start time are valid. */
  readonly boot: string
}

/** This process. */
export function currentOwner(): Owner {
  owner ??= { host: hostId(), boot: bootId(), pid: process.pid, startTime: ownStartTime() }
  return owner
}
let owner: Owner | undefined

export type OwnerState = 'alive' | 'dead' | 'unknown'

/** Whether an owner is running: `unknown` if it is on another machine or in another container, whose processes can't be seen here. */
export function ownerState(of: Owner, here: Pick<Owner, 'host' | 'boot'> = currentOwner()): OwnerState {
  if (of.boot === here.boot) {
    // The same kernel. The machine's name may have changed since, but another container has other pids or start times.
    if (namespaces(of.host) !== namespaces(here.host)) return 'unknown'
    return isRunning(of) ? 'alive' : 'dead'
  }
  return of.host === here.host ? 'dead' : 'unknown'
}

/** Why what this owner launched must be kept; `undefined` if the owner is dead. */
export function reasonToKeep(owner: Owner): string | undefined {
  const state = ownerState(owner)
  if (state === 'alive') return `its owner, process ${owner.pid}, is running`
  if (state === 'dead') return undefined
  return `its owner, process ${owner.pid} on ${owner.host}, can't be seen from here (${currentOwner().host})`
}

/** The end of a {@link hostId}. */
const namespaces = (host: string): string => /(\.\d{10})*$/.exec(host)![0]

function ownStartTime(): string {
  const startTime = startTimeOf(process.pid)
  if (startTime !== undefined) return startTime
  throw new RuntimeError(
    'OWNER_UNKNOWN',
    `lambda-fixtures can't find out when this process (pid ${process.pid}) started, so a later process with the same pid could be taken for it. ` +
      (process.platform === 'linux' ? 'Is /proc mounted?' : 'Is ps(1) at /bin/ps?'),
  )
}
