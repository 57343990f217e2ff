import { threadId } from 'node:worker_threads'
import { createDebug } from 'obug'
import { setImmediate } from '../../platform/clock.ts'
import { engineOf } from '../../platform/node-internals/docker-modem.ts'
import { isTestcontainersLoaded, whenRyukEnds } from '../../platform/node-internals/testcontainers-ryuk.ts'
import { currentSession } from '../../reaper/session.ts'
import { noticeOnce } from '../notice.ts'
import type { Engine } from './connection/engine.ts'

const debug = createDebug('lambda-fixtures:testcontainers')

const KEY: unique symbol = Symbol.for('lambda-fixtures/testcontainers') as never
const shared = globalThis as { [KEY]?: Set<string> }

/**
 * A session of Testcontainers of this thread alone: Ryuk, once it knows of it, removes what carries it when nobody speaks to Ryuk
 * any more, which is when this thread has ended, too.
 */
function ownSession(): string {
  return `${currentSession().id}-${process.pid}-${threadId}`
}

/** So that Ryuk can find a container, whether or not it is there already. */
export function testcontainersLabels(): Readonly<Record<string, string>> {
  return { 'org.testcontainers': 'true', 'org.testcontainers.session-id': ownSession() }
}

/**
 * Tells Ryuk of this thread's containers, beside whatever runs, once an engine. Only where the user's own code has loaded
 * Testcontainers: that alone would stop this thread for a third of a second. What fails is said once; the watchdog does without.
 */
export function joinTestcontainers(engine: Engine): void {
  shared[KEY] ??= new Set()
  if (shared[KEY].has(engine.url) || !isTestcontainersLoaded()) return
  shared[KEY].add(engine.url)
  setImmediate(() => {
    join(engine).catch((error: unknown) => warn((error as Error).message))
  })
}

async function join(engine: Engine): Promise<void> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED === 'true') return warn('TESTCONTAINERS_RYUK_DISABLED is set')
  const testcontainers = await import('testcontainers')
  const client = await testcontainers.getContainerRuntimeClient()
  const own = engineOf(engine.docker)
  const its = engineOf(client.container.dockerode)
  if (own !== its) return debug(`Testcontainers uses another engine: ${its}, not ${own}`)
  const reaper = await testcontainers.getReaper(client)
  reaper.addSession(ownSession())
  debug(`Ryuk ${reaper.containerId} looks after ${ownSession()}`)
  whenRyukEnds(reaper, () => warn('it has ended'))
}

function warn(reason: string): void {
  noticeOnce(
    'ryuk',
    `Testcontainers' Ryuk does not look after this run's containers: ${reason.trim()}. The watchdog of lambda-fixtures does.`,
  )
}
