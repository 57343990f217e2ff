import type { Resource } from '../../../model/resource.ts'
import { setTimeout } from '../../../platform/clock.ts'
import { enderOf } from '../enders/ender-of.ts'
import type { Hello } from '../protocol.ts'
import { log } from './log.ts'

/** One second apart, and as many as Ryuk makes: an engine may be busy, or a network still in use. */
const ATTEMPTS = 10

/** Ends what a client left, its folder last. Never rejects: what can't be ended is logged and left to later sweeps. */
export async function endAll(resources: readonly Resource[], { session, owner, threadId }: Hello): Promise<void> {
  const who = `session ${session}, pid ${owner.pid}, thread ${threadId}`
  const { folders = [], others = [] } = Object.groupBy(resources, ({ kind }) => (kind === 'folder' ? 'folders' : 'others'))
  const found = await Promise.all(others.map(resource => end(resource, who)))
  for (const folder of folders) await end(folder, who)
  await Promise.all(others.filter((_, index) => !found[index]).map(resource => endLate(resource, who)))
}

async function endLate(resource: Resource, who: string): Promise<void> {
  for (const pause of enderOf(resource)?.lateness ?? []) {
    await new Promise(resolve => setTimeout(resolve, pause))
    if (await end(resource, who)) return
  }
}

/** Returns whether anything was ended. */
async function end(resource: Resource, who: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      const lines = (await enderOf(resource)?.end(resource)) ?? []
      for (const line of lines) log(`${who} is gone: ${line}`)
      return lines.length > 0
    } catch (error) {
      log(`${who} is gone: can't end its ${resource.kind} (attempt ${attempt} of ${ATTEMPTS}): ${(error as Error).message}`)
      if (attempt === ATTEMPTS) return false
      await new Promise(resolve => setTimeout(resolve, 1000))
    }
  }
}
