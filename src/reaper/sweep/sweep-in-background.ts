import { setImmediate } from '../../platform/clock.ts'
import { currentSession } from '../session.ts'

const swept = new Set<string>()

/**
 * Sweeps at a backend's first launch, while the launch goes on. Only the first process of a session to get here sweeps. Never rejects:
 * what can't be removed now is left to the next run, and `npx lambda-fixtures reap` says why.
 */
export async function sweepInBackground(backend: string, sweep: () => Promise<unknown>): Promise<void> {
  if (swept.has(backend)) return
  swept.add(backend)
  await new Promise<void>(resolve => void setImmediate(resolve))
  try {
    if (currentSession().isFirst(`swept-${backend}`)) await sweep()
  } catch {}
}
