import { setImmediate } from '../../platform/clock.ts'
import { listProcesses, type TableEntry } from './process-table.ts'
import { readMarkers } from './read-markers.ts'

/** All processes at one moment. */
export interface Snapshot {
  readonly table: ReadonlyMap<number, TableEntry>
  /** Instance ids, by pid of those who carry one. */
  readonly markers: ReadonlyMap<number, string>
}

export function takeSnapshot(): Snapshot {
  const table = listProcesses()
  return { table, markers: readMarkers(table.keys()) }
}

/** One for all who ask in the same turn of the event loop: a client may have left a hundred environments. */
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
