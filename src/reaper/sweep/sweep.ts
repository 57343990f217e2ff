import type { ReapReport, UnremovedResource } from '../../model/reap-report.ts'
import type { SessionResource } from '../../model/session-resource.ts'

export interface SweepOptions {
  /** Only reports what would be removed. */
  readonly dryRun?: boolean
}

/** One sweep: it removes what dead owners left, unless it is a dry run, and reports what it did. */
export class Sweep {
  readonly dryRun: boolean
  readonly #removed: SessionResource[] = []
  readonly #kept: UnremovedResource[] = []
  readonly #failed: UnremovedResource[] = []

  constructor({ dryRun = false }: SweepOptions = {}) {
    this.dryRun = dryRun
  }

  get report(): ReapReport {
    return { removed: this.#removed, kept: this.#kept, failed: this.#failed }
  }

  keep(resource: SessionResource, reason: string): void {
    this.#kept.push({ ...resource, reason })
  }

  /**
   * Removes a resource and reports the outcome. Never rejects.
   * @param remove resolves with `false` if there was nothing to remove
   */
  async remove(resource: SessionResource, remove: () => Promise<unknown>): Promise<void> {
    try {
      if (this.dryRun || (await remove()) !== false) this.removed(resource)
    } catch (error) {
      this.failed(resource, (error as Error).message)
    }
  }

  /** Reports a resource once: an instance's processes are found as its session's, too. */
  removed(resource: SessionResource): void {
    if (this.#removed.some(({ kind, id }) => kind === resource.kind && id === resource.id)) return
    this.#removed.push(resource)
  }

  failed(resource: SessionResource, reason: string): void {
    this.#failed.push({ ...resource, reason })
  }
}
