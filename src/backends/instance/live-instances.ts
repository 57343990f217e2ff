import type { BackendHandle } from '../backend.ts'
import { EnvironmentInstance, type InstanceOptions } from './environment-instance.ts'

/** The instances that this process has launched on a backend and that have not ended. */
export class LiveInstances {
  readonly #live = new Set<EnvironmentInstance>()
  readonly #onEmpty: () => void

  /** @param onEmpty called when the last instance has ended */
  constructor(onEmpty: () => void = () => undefined) {
    this.#onEmpty = onEmpty
  }

  /**
   * Creates an environment in its sandbox and runs its init phase. If that fails, everything that was created is removed.
   * @param signal ends the instance while it is being launched
   */
  async launch(options: InstanceOptions, signal?: AbortSignal): Promise<EnvironmentInstance> {
    const instance: EnvironmentInstance = new EnvironmentInstance({ ...options, onEnded: () => this.#ended(instance) })
    this.#live.add(instance)
    const abort = (): void => void instance.end().catch(() => undefined)
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) abort()
    try {
      await instance.launch()
      return instance
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  find(handle: BackendHandle): EnvironmentInstance | undefined {
    return [...this.#live].find(instance => isOf(instance, handle))
  }

  #ended(instance: EnvironmentInstance): void {
    this.#live.delete(instance)
    if (this.#live.size === 0) this.#onEmpty()
  }
}

function isOf(instance: EnvironmentInstance, handle: BackendHandle): boolean {
  // Not compared by its own handle, which looks up the start time of a process.
  if (handle.kind === 'process') return instance.id === handle.id
  const own = instance.handle
  if (handle.kind === 'container') return own.kind === 'container' && own.id === handle.id
  return own.kind === 'pod' && own.namespace === handle.namespace && own.name === handle.name
}
