import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from '../../emulator/clock.ts'
import { currentSession } from '../session.ts'
import { sweptFile } from '../session-folder.ts'
import { reapStale } from './reap-stale.ts'

let asked = false

/**
 * At the first launch: sweeps once a session, in whichever of its processes comes first, beside the launch. Never throws: what can't
 * be swept now is left for the next run, and `npx lambda-fixtures reap` says why. Resolves when it is done, for tests.
 */
export async function sweepInBackground(sweep: () => Promise<unknown> = reapStale): Promise<void> {
  if (asked) return
  asked = true
  await new Promise<void>(resolve => void setImmediate(resolve))
  try {
    if (firstOfSession()) await sweep()
  } catch {}
}

function firstOfSession(): boolean {
  try {
    closeSync(openSync(join(dirname(currentSession().folder), sweptFile), 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
