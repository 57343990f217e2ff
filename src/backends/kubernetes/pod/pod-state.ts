import { clearTimeout, setTimeout } from '../../../platform/clock.ts'
import type { Pod } from '../api/resources.ts'
import { isNodeLost, type PodFailure, podFailure } from './pod-failure.ts'

export interface PodStateEvents {
  /** The pod has failed. Called once. */
  failure(failure: PodFailure): void
  /** The pod's node is no longer ready. */
  nodeLost(): void
}

/** What is known of a pod. */
export class PodState {
  readonly #events: PodStateEvents
  #pod: Pod | undefined
  #failure: PodFailure | undefined
  readonly #waiters = new Set<() => void>()

  constructor(events: PodStateEvents) {
    this.#events = events
  }

  /** The last state that the cluster has reported. */
  get pod(): Pod | undefined {
    return this.#pod
  }

  /** The first failure. Once set, it stays. */
  get failure(): PodFailure | undefined {
    return this.#failure
  }

  get isScheduled(): boolean {
    return this.#pod?.spec?.nodeName !== undefined
  }

  /** @param pod `undefined` if it is gone */
  update(pod: Pod | undefined): void {
    const failure = podFailure(pod)
    const isNewlyLost = !isNodeLost(this.#pod) && isNodeLost(pod)
    // The last state of a deleted pod says more than its absence.
    if (pod !== undefined) this.#pod = pod
    if (failure === undefined) this.#wake()
    else this.fail(failure)
    if (isNewlyLost) this.#events.nodeLost()
  }

  fail(failure: PodFailure): void {
    const isNew = this.#failure === undefined
    this.#failure ??= failure
    this.#wake()
    if (isNew) this.#events.failure(failure)
  }

  /** Resolves at the next change, or after `patience` ms. */
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
