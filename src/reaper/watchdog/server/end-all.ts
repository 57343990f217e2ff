import type { Resource } from '../../../model/resource.ts'
import { setTimeout } from '../../../platform/clock.ts'
import { enderOf } from '../enders/ender-of.ts'
import type { Hello } from '../protocol.ts'
import { log } from './log.ts'

/** As often as Ryuk, a second apart: an engine that is busy, a network that is still in use. */
const attempts = 10

/** Ends what a client left, its folders last. Never rejects: what can't be ended is logged, and left to `reapStale`. */
export async function endAll(resources: readonly Resource[], hello: Hello | undefined): Promise<void> {
  const who = hello === undefined ? 'a client' : `session ${hello.session}, pid ${hello.owner.pid}, thread ${hello.threadId}`
  const folders = resources.filter(({ kind }) => kind === 'folder')
  const others = resources.filter(({ kind }) => kind !== 'folder')
  const found = await Promise.all(others.map(resource => end(resource, who)))
  for (const folder of folders) await end(folder, who)
  await Promise.all(others.filter((_, index) => found[index] === false).map(resource => endLate(resource, who)))
}

async function endLate(resource: Resource, who: string): Promise<void> {
  for (const pause of enderOf(resource)?.lateness ?? []) {
    await new Promise(resolve => setTimeout(resolve, pause))
    if (await end(resource, who)) return
  }
}

/** Returns whether there was something. */
async function end(resource: Resource, who: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      const ended = (await enderOf(resource)?.end(resource)) ?? []
      for (const said of ended) log(`${who} is gone: ${said}`)
      return ended.length > 0
    } catch (error) {
      log(`${who} is gone: ${resource.kind} can't be ended (attempt ${attempt} of ${attempts}): ${(error as Error).message}`)
      if (attempt === attempts) return false
      await new Promise(resolve => setTimeout(resolve, 1000))
    }
  }
}
