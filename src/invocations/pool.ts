import type { WarmInstance } from '../backends/backend.ts'
import { RuntimeError } from '../errors/runtime-error.ts'

export interface PoolOptions {
  /** Instances at once. */
  readonly concurrency: number
  launch(): Promise<WarmInstance>
  end(instance: WarmInstance): Promise<void>
}

interface Waiter {
  resolve(instance: WarmInstance): void
  reject(error: unknown): void
}

/** The instances of one function: an idle one is taken again, more are started up to `concurrency`, further events wait their turn. */
export class Pool {
  readonly #options: PoolOptions
  readonly #instances: WarmInstance[] = []
  readonly #taken = new Set<WarmInstance>()
  readonly #retired = new Set<WarmInstance>()
  readonly #ending = new Set<Promise<void>>()
  #waiters: Waiter[] = []
  #starting = 0
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Live ones, oldest first. */
  get instances(): readonly WarmInstance[] {
    return this.#instances.filter(instance => instance.state !== 'ended')
  }

  /** Starts one ahead of the first event. */
  async warm(): Promise<void> {
    await this.#start()
  }

  /** Runs `use` on an instance of its own. One that was lost before it could see the event is replaced, once. */
  async run<T>(use: (instance: WarmInstance) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const instance = await this.#acquire(signal)
      try {
        return await use(instance)
      } catch (error) {
        if (attempt > 1 || !(error instanceof RuntimeError) || error.code !== 'INSTANCE_LOST' || this.#closed) throw error
      } finally {
        this.#release(instance)
      }
    }
  }

  /** Ends what is idle now, and what is busy when it has answered; new events get new instances. */
  async retire(): Promise<void> {
    for (const instance of [...this.#instances]) {
      this.#retired.add(instance)
      if (!this.#taken.has(instance)) this.#end(instance)
    }
    await Promise.all(this.#ending)
  }

  /** Ends everything, waiting for nobody. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of this.#waiters.splice(0))
      reject(new RuntimeError('TERMINATED', 'The function was terminated while this event waited for an instance.'))
    for (const instance of [...this.#instances]) this.#end(instance)
    await Promise.all(this.#ending)
  }

  #acquire(signal?: AbortSignal): Promise<WarmInstance> {
    if (this.#closed) return Promise.reject(new RuntimeError('TERMINATED', 'The function was terminated.'))
    const idle = this.#instances.find(instance => this.#isFree(instance))
    if (idle !== undefined) {
      this.#taken.add(idle)
      return Promise.resolve(idle)
    }
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject }
      this.#waiters.push(waiter)
      signal?.addEventListener('abort', () => {
        const waits = this.#waiters.indexOf(waiter)
        if (waits === -1) return
        this.#waiters.splice(waits, 1)
        reject(
          new RuntimeError('INVOCATION_ABORTED', 'The event was given up by its signal while it waited for an instance.', {
            cause: signal.reason,
          }),
        )
      })
      this.#grow()
    })
  }

  #release(instance: WarmInstance): void {
    this.#taken.delete(instance)
    if (this.#retired.has(instance)) this.#end(instance)
    this.#dispatch()
  }

  #isFree(instance: WarmInstance): boolean {
    return instance.state === 'idle' && !this.#taken.has(instance) && !this.#retired.has(instance)
  }

  #dispatch(): void {
    for (const instance of this.#instances) {
      if (this.#waiters.length === 0) return
      if (!this.#isFree(instance)) continue
      this.#taken.add(instance)
      this.#waiters.shift()?.resolve(instance)
    }
    this.#grow()
  }

  /** One that has answered is free in a moment, so that sequential events share an instance. */
  #grow(): void {
    const soon = this.#instances.filter(instance => instance.state === 'finishing' && !this.#retired.has(instance)).length
    const missing = this.#waiters.length - this.#starting - soon
    const room = this.#options.concurrency - this.#starting - this.#instances.length + this.#retired.size
    for (let count = Math.min(missing, room); count > 0; count--) {
      this.#start().catch((error: unknown) => this.#waiters.shift()?.reject(error))
    }
  }

  async #start(): Promise<void> {
    this.#starting++
    let instance: WarmInstance
    try {
      instance = await this.#options.launch()
    } finally {
      this.#starting--
    }
    this.#instances.push(instance)
    if (this.#closed) {
      this.#end(instance)
      return
    }
    instance.onStateChange(state => {
      if (state === 'ended') this.#end(instance)
      if (state === 'idle' || state === 'ended') this.#dispatch()
    })
    this.#dispatch()
  }

  #end(instance: WarmInstance): void {
    const index = this.#instances.indexOf(instance)
    if (index === -1) return
    this.#instances.splice(index, 1)
    this.#retired.delete(instance)
    const ending = this.#options.end(instance).finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}
