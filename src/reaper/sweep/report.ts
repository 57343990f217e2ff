import type { ReapedResource, ReapReport } from '../../model/reap-report.ts'

/** A report while it is being written; sweeps add to it. */
export class ReportWriter {
  readonly #removed: ReapedResource[] = []
  readonly #left: (ReapedResource & { reason: string })[] = []

  /** Once each: an instance's processes are its session's too. */
  removed(resource: ReapedResource): void {
    if (this.#removed.some(({ kind, id }) => kind === resource.kind && id === resource.id)) return
    this.#removed.push(resource)
  }

  left(resource: ReapedResource, reason: string): void {
    this.#left.push({ ...resource, reason })
  }

  /** Runs a removal and writes down how it went. */
  async attempt(resource: ReapedResource, remove: () => Promise<unknown>): Promise<void> {
    try {
      await remove()
      this.removed(resource)
    } catch (error) {
      this.left(resource, `it can't be removed: ${(error as Error).message}`)
    }
  }

  finish(): ReapReport {
    return { removed: this.#removed, left: this.#left }
  }
}
