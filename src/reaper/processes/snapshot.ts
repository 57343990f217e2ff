import { setImmediate } from '../../platform/clock.ts'
import type { Moment } from './pids-since.ts'
import { listProcesses, type TableEntry } from './process-table.ts'
import { readMarkers } from './read-markers.ts'

/** Processes as they are at one moment. */
export interface Snapshot {
  readonly table: ReadonlyMap<number, TableEntry>
  /** The instance ids that processes carry, by pid. */
  readonly markers: ReadonlyMap<number, string>
}

/** @param since on Linux, only processes that were started later are looked at */
export function takeSnapshot(since?: Moment): Snapshot {
  const table = listProcesses(since)
  return { table, markers: readMarkers(table.keys()) }
}

/** One snapshot for all callers in the same turn of the event loop, because a client may leave a hundred instances. */
export function snapshotOfThisTurn(): Snapshot {
  if (ofThisTurn === undefined) {
    ofThisTurn = takeSnapshot()
    setImmediate(() => {
      ofThisTurn = undefined
    })
  }
  return ofThisTurn
}
let ofThisTurn: Snapshot | undefined
