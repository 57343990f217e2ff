import { clearTimeout, setTimeout } from '../../../platform/clock.ts'
import type { Pod } from '../api/resources.ts'
import { isNodeLost, type PodFailure, podFailure } from './pod-failure.ts'

/** What is known of a pod, and when that changes. */
export class PodState {
  readonly #onFailure: (failure: PodFailure) => void
  readonly #onNodeLost: () => void
  #pod: Pod | undefined
  #failure: PodFailure | undefined
  #waiters = new Set<() => void>()

  constructor(events: { failure: (failure: PodFailure) => void; nodeLost: () => void }) {
    this.#onFailure = events.failure
    this.#onNodeLost = events.nodeLost
  }

  get pod(): Pod | undefined {
    return this.#pod
  }

  /** Once set, it stays. */
  get failure(): PodFailure | undefined {
    return this.#failure
  }

  get isScheduled(): boolean {
    return this.#pod?.spec?.nodeName !== undefined
  }

  update(pod: Pod | undefined): void {
    // A deleted pod's last state tells more than its absence.
    const failure = podFailure(pod)
    const lostNode = !isNodeLost(this.#pod) && isNodeLost(pod)
    if (pod !== undefined) this.#pod = pod
    if (failure === undefined) this.#wake()
    else this.fail(failure)
    if (lostNode) this.#onNodeLost()
  }

  /** Something else than the cluster says so. */
  fail(failure: PodFailure): void {
    const isNew = this.#failure === undefined
    this.#failure ??= failure
    this.#wake()
    if (isNew) this.#onFailure(failure)
  }

  /** Resolves with the next change, after `patience` ms at the latest. */
  change(patience: number): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiters.delete(done)
        resolve()
      }
      const timer = setTimeout(done, patience)
      this.#waiters.add(done)
    })
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake()
  }
}
