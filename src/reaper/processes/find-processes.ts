import { readlinkSync } from 'node:fs'
import type { ProcessIdentity } from '../../platform/process-identity.ts'
import { descendantsIn, type TableEntry } from './process-table.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** Selects the processes of one instance or of a whole session. */
export type Whose = { readonly instanceId: string } | { readonly sessionId: string }

/** What tells an instance's processes besides their marker. */
export interface Traces {
  /** The leader of the process group. */
  readonly leader?: ProcessIdentity
  /** Processes that were its descendants when they were seen. */
  readonly remembered?: readonly ProcessIdentity[]
  /** The absolute path of the instance's folder. */
  readonly folder?: string
}

export interface FoundProcess extends TableEntry {
  /** The instance in its marker, or the one that was asked for. */
  readonly instanceId: string | undefined
}

/**
 * The running processes of an instance or a session: those with the marker in their environment, the leader and its group, those
 * remembered, orphans whose working directory is in the instance's folder, and all descendants of these.
 */
export function findProcesses(whose: Whose, traces: Traces = {}, { table, markers }: Snapshot = takeSnapshot()): FoundProcess[] {
  const prefix = 'instanceId' in whose ? whose.instanceId : whose.sessionId
  const asked = 'instanceId' in whose ? whose.instanceId : undefined
  const found = new Map<number, FoundProcess>()
  const add = (entry: TableEntry, instanceId = asked): void => {
    if (entry.pid !== process.pid && !found.has(entry.pid)) found.set(entry.pid, { ...entry, instanceId })
  }
  for (const [pid, instanceId] of markers) {
    const entry = table.get(pid)
    if (instanceId.startsWith(prefix) && entry !== undefined) add(entry, instanceId)
  }
  const known = [...(traces.leader === undefined ? [] : [traces.leader]), ...(traces.remembered ?? [])]
  for (const { pid, startTime } of known) {
    const entry = table.get(pid)
    if (entry?.startTime === startTime) add(entry)
  }
  if (traces.folder !== undefined) for (const entry of orphansIn(traces.folder, table)) add(entry)
  addGroup(traces.leader, table, found, add)
  for (const entry of descendantsIn(table, found.keys())) add(entry)
  return [...found.values()]
}

// If the leader is gone, its number may belong to another group by now. The group counts only if one of its members is ours.
function addGroup(
  leader: ProcessIdentity | undefined,
  table: ReadonlyMap<number, TableEntry>,
  found: ReadonlyMap<number, FoundProcess>,
  add: (entry: TableEntry) => void,
): void {
  if (leader === undefined) return
  const members = [...table.values()].filter(entry => entry.group === leader.pid)
  if (members.some(entry => found.has(entry.pid))) for (const entry of members) add(entry)
}

// A user's shell or editor may be in that folder too, but it has a terminal or a parent.
function orphansIn(folder: string, table: ReadonlyMap<number, TableEntry>): TableEntry[] {
  if (process.platform !== 'linux') return []
  return [...table.values()].filter(entry => {
    if (entry.hasTerminal || entry.parent !== 1) return false
    try {
      const cwd = readlinkSync(`/proc/${entry.pid}/cwd`).replace(/ \(deleted\)$/, '')
      return cwd === folder || cwd.startsWith(`${folder}/`)
    } catch {
      return false
    }
  })
}
