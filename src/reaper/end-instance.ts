import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessIdentity } from '../platform/process-identity.ts'
import { endProcesses } from './processes/end-processes.ts'
import type { FoundProcess, Traces } from './processes/find-processes.ts'
import { type Snapshot, takeSnapshot } from './processes/snapshot.ts'

/** A process that could not be ended. */
export interface Survivor extends ProcessIdentity {
  readonly reason: string
}

/**
 * Ends the processes of an instance. Those that can't be ended are written into the instance's folder: a process of another user, for
 * example, hides its marker, and later sweeps would not find it.
 */
export async function endInstance(
  instanceId: string,
  traces: Traces,
  snapshot: () => Snapshot = takeSnapshot,
): Promise<{ readonly ended: readonly FoundProcess[]; readonly survivors: readonly Survivor[] }> {
  const { folder } = traces
  const remembered = [...(traces.remembered ?? []), ...(folder === undefined ? [] : readSurvivors(folder))]
  const { ended, left } = await endProcesses({ instanceId }, { ...traces, remembered }, snapshot)
  const survivors = left.map(({ pid, startTime }) => ({ pid, startTime, reason: whyItSurvives(pid) }))
  if (folder !== undefined && survivors.length > 0) writeSurvivors(folder, survivors)
  return { ended, survivors }
}

/** The processes of an instance that an earlier attempt could not end. */
export function readSurvivors(instanceFolder: string): ProcessIdentity[] {
  try {
    const read: unknown = JSON.parse(readFileSync(fileIn(instanceFolder), 'utf8'))
    const identities = Array.isArray(read) ? (read as Partial<ProcessIdentity>[]) : []
    return identities.flatMap(({ pid, startTime }) =>
      typeof pid === 'number' && typeof startTime === 'string' ? { pid, startTime } : [],
    )
  } catch {
    return []
  }
}

function writeSurvivors(instanceFolder: string, survivors: readonly Survivor[]): void {
  try {
    // It may have been removed already.
    mkdirSync(instanceFolder, { recursive: true, mode: 0o700 })
    writeFileSync(fileIn(instanceFolder), JSON.stringify(survivors))
  } catch {
    // On a full disk, a later sweep finds those that show their marker.
  }
}

const fileIn = (instanceFolder: string): string => join(instanceFolder, 'survivors.json')

function whyItSurvives(pid: number): string {
  try {
    process.kill(pid, 0)
    return 'it starts other processes faster than they can be ended'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'it belongs to another user' : 'it is ending'
  }
}
