import type { Owner } from './owner.ts'

/** A resource that a session has or had: a process, a folder, a container, a lease. */
export interface SessionResource {
  /** The name of the backend, such as `docker`. */
  readonly backend: string
  /** `process`, `process group`, `container`, `network`, `volume`, `pod`, `lease`, `folder`, `socket`, `bundle`. */
  readonly kind: string
  /** What its kind is found by: a pid, a path, the first 12 digits of a container's id. */
  readonly id: string
  readonly session?: string
  readonly functionName?: string
  /** The process that launched it; `undefined` if nothing says so. */
  readonly owner?: Owner
  /** The owner's thread, 0 for the main thread. */
  readonly threadId?: number
  /** What a person recognises it by, such as a command line. */
  readonly description?: string
}
