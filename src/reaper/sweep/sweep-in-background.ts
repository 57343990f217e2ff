import { setImmediate } from '../../platform/clock.ts'
import { firstOfSession } from '../first-of-session.ts'

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
    if (firstOfSession(`swept-${backend}`)) await sweep()
  } catch {}
}
