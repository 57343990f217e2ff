import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from '../../emulator/clock.ts'
import { currentSession } from '../session.ts'
import { sweptFile } from '../session-folder.ts'

const asked = new Set<string>()

/**
 * At a backend's first launch: sweeps once a session, in whichever of its processes comes first, beside the launch. Never throws: what
 * can't be swept now is left for the next run, and `npx lambda-fixtures reap` says why. Resolves when it is done, for tests.
 */
export async function sweepInBackground(backend: string, sweep: () => Promise<unknown>): Promise<void> {
  if (asked.has(backend)) return
  asked.add(backend)
  await new Promise<void>(resolve => void setImmediate(resolve))
  try {
    if (firstOfSession(backend)) await sweep()
  } catch {}
}

function firstOfSession(backend: string): boolean {
  try {
    closeSync(openSync(join(dirname(currentSession().folder), sweptFile(backend)), 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
