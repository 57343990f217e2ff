import type { Resource } from '../../../model/resource.ts'
import { sleep } from '../../../platform/clock.ts'
import { enderOf } from '../enders/ender-of.ts'
import type { Hello } from '../protocol.ts'
import { log } from './log.ts'

type Outcome = 'ended' | 'nothing to end' | 'failed'

/** One second apart, and as many as Ryuk makes: an engine may be busy, or a network still in use. */
const ATTEMPTS = 10

/** Ends what a client left, its folder last. Never rejects: what can't be ended is logged and left to later sweeps. */
export async function endAll(resources: readonly Resource[], { session, owner, threadId }: Hello): Promise<void> {
  const who = `session ${session}, pid ${owner.pid}, thread ${threadId}`
  const { folders = [], others = [] } = Object.groupBy(resources, ({ kind }) => (kind === 'folder' ? 'folders' : 'others'))
  const outcomes = await Promise.all(others.map(resource => end(resource, who)))
  // The folder leads later sweeps to processes that could not be ended.
  const isNeeded = others.some(({ kind }, index) => kind === 'process' && outcomes[index] === 'failed')
  if (!isNeeded) for (const folder of folders) await end(folder, who)
  await Promise.all(others.filter((_, index) => outcomes[index] !== 'ended').map(resource => endLate(resource, who)))
}

async function endLate(resource: Resource, who: string): Promise<void> {
  for (const pause of enderOf(resource)?.lateness ?? []) {
    await sleep(pause)
    if ((await end(resource, who)) === 'ended') return
  }
}

async function end(resource: Resource, who: string): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      const lines = (await enderOf(resource)?.end(resource)) ?? []
      for (const line of lines) log(`${who} is gone: ${line}`)
      return lines.length > 0 ? 'ended' : 'nothing to end'
    } catch (error) {
      log(`${who} is gone: can't end its ${resource.kind} (attempt ${attempt} of ${ATTEMPTS}): ${(error as Error).message}`)
      if (attempt === ATTEMPTS) return 'failed'
      await sleep(1000)
    }
  }
}
