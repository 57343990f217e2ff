import type { Resource } from '../model/resource.ts'
import { within } from '../platform/clock.ts'
import { endAtExit, forgetAtExit } from './exit-hook.ts'
import { watchdogClient } from './watchdog/client/watchdog-client.ts'

/** A resource that the watchdog ends or removes if this thread is gone and has not released it. */
export interface Registration<R extends Resource = Resource> {
  /** The resource as it is known now. */
  readonly resource: R
  /**
   * Whether a watchdog has acknowledged the resource: `false` if there is none, and only later sweeps find it. Never rejects.
   * Containers and pods are created after this resolves. Processes need not wait: their folder and their marker are enough to find
   * them. Awaiting it keeps this process alive, for 10 s at most.
   */
  readonly known: Promise<boolean>
  /** Adds what has become known, such as pid and start time. Costs one buffered line. */
  update(changes: Partial<Omit<R, 'kind'>>): void
  /** Called when the resource has ended. Idempotent. */
  release(): void
}

/**
 * Registers a resource at the watchdog *before* it exists. Returns at once: the line is written to the open connection, or kept until
 * the watchdog has been reached, which is started if necessary.
 *
 * @example
 * const registration = register({ kind: 'process', instanceId, folder })
 * const child = spawn(…, { detached: true })
 * registration.update({ pid: child.pid, startTime: startTimeOf(child.pid) })
 * …
 * registration.release()
 */
export function register<R extends Resource>(resource: R): Registration<R> {
  const client = watchdogClient()
  let current = resource
  const id = client.nextId()
  let released = false
  const acknowledged = client.register(id, current)
  endAtExit(id, current)
  return {
    get resource() {
      return current
    },
    get known() {
      // The timer keeps this process alive, because the connection to the watchdog doesn't.
      return within(10_000, acknowledged, () => false)
    },
    update(changes) {
      if (released) return
      current = { ...current, ...changes }
      endAtExit(id, current)
      void client.register(id, current)
    },
    release() {
      if (released) return
      released = true
      forgetAtExit(id)
      client.release(id)
    },
  }
}
