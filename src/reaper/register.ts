import type { Resource } from '../model/resource.ts'
import { clearTimeout, setTimeout } from '../platform/clock.ts'
import { endAtExit, endedInTime } from './exit-hook.ts'
import { watchdogClient } from './watchdog/client/watchdog-client.ts'

/** A thing that the watchdog ends if this thread is gone without having released it. */
export interface Registration<R extends Resource = Resource> {
  /** What is known about it now. */
  readonly resource: R
  /**
   * Whether a watchdog has acknowledged it: `false` if none can be had (then `reapStale` of a later run is the net). Never rejects.
   * Containers and pods are made when it has resolved. Processes need not wait, their folder and their marker cover the time until then.
   * Asking for it holds the process up, 10 s at most.
   */
  readonly known: Promise<boolean>
  /** Adds what became known, such as pid and start time. Costs a buffered line. */
  update(changes: Partial<Omit<R, 'kind'>>): void
  /** It ended properly. Idempotent. */
  release(): void
}

/**
 * Tells the watchdog of something *before* it exists. Returns at once: the line is written to an open socket, or kept until the
 * watchdog, started if need be, has been reached.
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
  const acknowledged = client.hold(id, current)
  endAtExit(id, current)
  return {
    get resource() {
      return current
    },
    get known() {
      return holdingUp(acknowledged)
    },
    update(changes) {
      if (released) return
      current = { ...current, ...changes }
      endAtExit(id, current)
      client.hold(id, current)
    },
    release() {
      if (released) return
      released = true
      endedInTime(id)
      client.drop(id)
    },
  }
}

// The connection itself never does, so a process with nothing else to do would end while it waits.
function holdingUp(acknowledged: Promise<boolean>): Promise<boolean> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(false), 10_000)
    void acknowledged.then(known => {
      clearTimeout(timer)
      resolve(known)
    })
  })
}
