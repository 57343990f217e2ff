import type { InstanceState } from '../../model/instance-state.ts'

/** The state of an environment. Once it is `ended` it stays so. */
export class EnvironmentState {
  readonly #listeners = new Set<(state: InstanceState) => void>()
  #current: InstanceState = 'starting'

  get current(): InstanceState {
    return this.#current
  }

  set(state: InstanceState): void {
    if (this.#current === state || this.#current === 'ended') return
    this.#current = state
    for (const listener of this.#listeners) listener(state)
  }

  /** Calls `listener` at each change; the returned function ends that. */
  onChange(listener: (state: InstanceState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise(resolve => {
      const stop = this.onChange(() => {
        stop()
        resolve()
      })
    })
  }
}
