import { setImmediate } from '../../emulator/clock.ts'
import { listProcesses, readEnvironments, type TableEntry } from './process-table.ts'

/** All processes at one moment. */
export interface Snapshot {
  readonly table: ReadonlyMap<number, TableEntry>
  readonly environments: ReadonlyMap<number, string>
}

export function takeSnapshot(): Snapshot {
  const table = listProcesses()
  return { table, environments: readEnvironments(table) }
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
