import { setTimeout } from '../../emulator/clock.ts'
import type { Resource } from '../resource.ts'
import { enderOf } from './enders/ender.ts'
import { log } from './log.ts'
import type { Hello } from './protocol.ts'

/** As often as Ryuk, a second apart: an engine that is busy, a network that is still in use. */
const attempts = 10

/** Ends what a client left, its folders last. Never rejects: what can't be ended is logged, and left to `reapStale`. */
export async function endAll(resources: readonly Resource[], hello: Hello | undefined): Promise<void> {
  const who = hello === undefined ? 'a client' : `session ${hello.session}, pid ${hello.owner.pid}, thread ${hello.threadId}`
  const folders = resources.filter(({ kind }) => kind === 'folder')
  await Promise.all(resources.filter(({ kind }) => kind !== 'folder').map(resource => end(resource, who)))
  for (const folder of folders) await end(folder, who)
}

async function end(resource: Resource, who: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      for (const said of (await enderOf(resource)?.end(resource)) ?? []) log(`${who} is gone: ${said}`)
      return
    } catch (error) {
      log(`${who} is gone: ${resource.kind} can't be ended (attempt ${attempt} of ${attempts}): ${(error as Error).message}`)
      if (attempt === attempts) return
      await new Promise(resolve => setTimeout(resolve, 1000))
    }
  }
}
