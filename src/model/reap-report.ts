import type { SessionResource } from './session-resource.ts'

/** The outcome of one sweep. */
export interface ReapReport {
  /** What dead owners left and the sweep ended or removed; in a dry run, what it would have. */
  readonly removed: readonly SessionResource[]
  /** What was not touched, because its owner lives or can't be seen from here. */
  readonly kept: readonly UnremovedResource[]
  /** What dead owners left and could not be ended or removed. The next sweep tries again. */
  readonly failed: readonly UnremovedResource[]
}

export interface UnremovedResource extends SessionResource {
  readonly reason: string
}
