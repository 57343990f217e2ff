import { writeSync } from 'node:fs'
import { now } from '../../../platform/clock.ts'

/** Writes a line to the watchdog's log, which is its stdout. */
export function log(message: string): void {
  try {
    writeSync(1, `${new Date(now()).toISOString()} [${process.pid}] ${message}\n`)
  } catch {
    // A full disk must not end the watchdog.
  }
}
