import { RuntimeError } from '../errors/runtime-error.ts'
import { bootId, hostId, isRunning, type ProcessIdentity, startTimeOf } from '../platform/process-identity.ts'

/** Who answers for an instance: a process. Its threads share it, each with a folder and a connection to the watchdog of its own. */
export interface Owner extends ProcessIdentity {
  readonly host: string
  /** The boot in which pid and start time mean something. */
  readonly boot: string
}

/** This process. */
export function currentOwner(): Owner {
  owner ??= { host: hostId(), boot: bootId(), pid: process.pid, startTime: ownStartTime() }
  return owner
}
let owner: Owner | undefined

export type OwnerState = 'alive' | 'dead' | 'unknown'

/** Whether an owner is still there, as far as it can be told from here: `unknown` for another machine's or another container's. */
export function ownerState(of: Owner, here: Pick<Owner, 'host' | 'boot'> = currentOwner()): OwnerState {
  if (of.boot === here.boot) {
    // One kernel, but maybe pids of another container; the machine's name alone may have changed since.
    if (pidNamespace(of.host) !== pidNamespace(here.host)) return 'unknown'
    return isRunning(of) ? 'alive' : 'dead'
  }
  return of.host === here.host ? 'dead' : 'unknown'
}

const pidNamespace = (host: string): string => /\.(\d{10})$/.exec(host)?.[1] ?? ''

function ownStartTime(): string {
  const startTime = startTimeOf(process.pid)
  if (startTime !== undefined) return startTime
  throw new RuntimeError(
    'OWNER_UNKNOWN',
    `lambda-fixtures can't tell when this process (pid ${process.pid}) started, and so could not tell it from a later one when it cleans up. ` +
      (process.platform === 'linux' ? 'Is /proc mounted?' : 'Is ps(1) at /bin/ps?'),
  )
}
