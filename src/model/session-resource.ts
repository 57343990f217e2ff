import type { Owner } from './owner.ts'
import type { ReapedResource } from './reap-report.ts'

/** Something of a session that is there: a process, a folder, a container. */
export interface SessionResource extends ReapedResource {
  /** Who launched it; `undefined` if nothing tells. */
  readonly owner?: Owner
  /** Of which thread of the owner. */
  readonly threadId?: number
  /** What a reader recognises it by, such as a command line. */
  readonly description?: string
}
