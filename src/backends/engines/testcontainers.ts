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
 * The id of a Testcontainers session that only this thread has. When the last connection to Ryuk ends, and so this thread has ended,
 * Ryuk removes the containers of each session that it was told of.
 */
function ownSession(): string {
  return `${currentSession().id}-${process.pid}-${threadId}`
}

/** The labels by which Ryuk finds a container. They are set even if no Ryuk runs yet. */
export function testcontainersLabels(): Readonly<Record<string, string>> {
  return { 'org.testcontainers': 'true', 'org.testcontainers.session-id': ownSession() }
}

/**
 * Tells Ryuk, in the background and once for each engine, that it has to remove this thread's containers. Does nothing unless the
 * user's own code has loaded Testcontainers, because loading it blocks a thread for a third of a second. If it fails, a notice says so
 * once, and the watchdog removes the containers.
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
  const [ours, theirs] = [engineOf(engine.docker), engineOf(client.container.dockerode)]
  if (ours !== theirs) return debug(`Testcontainers uses another engine: ${theirs}, not ${ours}`)
  const reaper = await testcontainers.getReaper(client)
  reaper.addSession(ownSession())
  debug(`Ryuk ${reaper.containerId} removes the containers of ${ownSession()}`)
  whenRyukEnds(reaper, () => warn('its connection has closed'))
}

function warn(reason: string): void {
  noticeOnce(
    'ryuk',
    `Ryuk of Testcontainers does not remove the containers of this run: ${reason.trim()}. The watchdog of lambda-fixtures does.`,
  )
}
