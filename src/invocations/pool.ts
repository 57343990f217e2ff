import type { WarmInstance } from '../backends/backend.ts'
import { RuntimeError } from '../errors/runtime-error.ts'

export interface PoolOptions {
  /** For messages. */
  readonly functionName: string
  /** The most instances at the same time. */
  readonly concurrency: number
  /** @param signal aborts when the instance is no longer wanted */
  launch(signal: AbortSignal): Promise<WarmInstance>
  end(instance: WarmInstance): Promise<void>
}

interface Waiter {
  resolve(instance: WarmInstance): void
  reject(error: unknown): void
}

/** The instances of one function. Idle ones are used again, new ones are launched up to `concurrency`, further events wait in order. */
export class Pool {
  #options: PoolOptions
  readonly #instances: WarmInstance[] = []
  readonly #taken = new Set<WarmInstance>()
  readonly #retired = new Set<WarmInstance>()
  /** Ends that are under way or have failed. */
  readonly #endings = new Set<Promise<void>>()
  /** Launches under way, each with the controller that aborts it. */
  readonly #launches = new Map<AbortController, Promise<void>>()
  #waiters: Waiter[] = []
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  get closed(): boolean {
    return this.#closed
  }

  /** The live instances, oldest first. */
  get instances(): readonly WarmInstance[] {
    return this.#instances.filter(instance => instance.state !== 'ended')
  }

  /** Launches an instance unless one exists, so that the next event finds it ready. */
  async warm(): Promise<void> {
    if (this.#closed) throw this.#terminated('')
    if (this.#instances.some(instance => !this.#retired.has(instance))) return
    await (this.#wantedLaunches()[0] ?? this.#launch())
  }

  /** Calls `use` with an instance that nothing else uses. If it is lost before it can have seen the event, another one is tried, once. */
  async run<T>(use: (instance: WarmInstance) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      // An idle instance gets the event in the same turn of the event loop, because an `await` would cost a warm call time.
      const instance = this.#takeIdle(signal) ?? (await this.#acquire(signal))
      try {
        return await use(instance)
      } catch (error) {
        const code = error instanceof RuntimeError ? error.code : undefined
        if (this.#closed && (code === 'INSTANCE_LOST' || code === 'INVOCATION_FAILED')) {
          throw this.#terminated(' while this invocation ran', error)
        }
        if (attempt > 1 || code !== 'INSTANCE_LOST') throw error
      } finally {
        this.#release(instance)
      }
    }
  }

  /** Ends idle instances now and busy ones when they have answered. Waiting and later events get instances of the new options. */
  async retire(options: PoolOptions = this.#options): Promise<void> {
    this.#options = options
    for (const launch of this.#launches.keys()) launch.abort()
    for (const instance of [...this.#instances]) {
      this.#retired.add(instance)
      if (!this.#taken.has(instance)) this.#end(instance)
    }
    this.#grow()
    await this.#ended()
  }

  /** Ends every instance, busy or not, and refuses waiting and later events. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    this.rejectWaiting(() => this.#terminated(' while this event waited for an instance'))
    const launches = [...this.#launches]
    for (const [launch] of launches) launch.abort()
    for (const instance of [...this.#instances]) this.#end(instance)
    await Promise.allSettled(launches.map(([, launched]) => launched))
    await this.#ended()
  }

  rejectWaiting(error: () => Error): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error())
  }

  #takeIdle(signal?: AbortSignal): WarmInstance | undefined {
    if (this.#closed || signal?.aborted) return undefined
    const idle = this.#instances.find(instance => this.#isFree(instance))
    if (idle !== undefined) this.#taken.add(idle)
    return idle
  }

  #acquire(signal?: AbortSignal): Promise<WarmInstance> {
    if (this.#closed) return Promise.reject(this.#terminated(''))
    if (signal?.aborted) return Promise.reject(this.#aborted(signal, 'before it was sent'))
    const { promise, resolve, reject } = Promise.withResolvers<WarmInstance>()
    const waiter = { resolve, reject }
    const abort = (): void => {
      const index = this.#waiters.indexOf(waiter)
      if (index === -1) return
      this.#waiters.splice(index, 1)
      reject(this.#aborted(signal, 'while it waited for an instance'))
    }
    signal?.addEventListener('abort', abort)
    this.#waiters.push(waiter)
    this.#grow()
    return promise.finally(() => signal?.removeEventListener('abort', abort))
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
    while (this.#waiters.length > 0) {
      const idle = this.#takeIdle()
      if (idle === undefined) return this.#grow()
      this.#waiters.shift()?.resolve(idle)
    }
  }

  /** Launches what the waiting events need. An instance that is `finishing` will be idle in a moment, so sequential events share it. */
  #grow(): void {
    const current = this.#instances.filter(instance => !this.#retired.has(instance))
    const finishing = current.filter(instance => instance.state === 'finishing').length
    const launching = this.#wantedLaunches().length
    const missing = this.#waiters.length - launching - finishing
    const room = this.#options.concurrency - launching - current.length
    for (let count = Math.min(missing, room); count > 0; count--) {
      this.#launch().catch((error: unknown) => this.#waiters.shift()?.reject(error))
    }
  }

  #wantedLaunches(): Promise<void>[] {
    return [...this.#launches].filter(([launch]) => !launch.signal.aborted).map(([, launched]) => launched)
  }

  #launch(): Promise<void> {
    const launch = new AbortController()
    const launched = this.#launchInstance(launch.signal).finally(() => {
      this.#launches.delete(launch)
      this.#dispatch()
    })
    this.#launches.set(launch, launched)
    return launched
  }

  async #launchInstance(signal: AbortSignal): Promise<void> {
    const { launch, end } = this.#options
    const instance = await launch(signal).catch((error: unknown) => {
      if (signal.aborted && !this.#closed) return undefined
      throw this.#closed ? this.#terminated(' while it was launched', error) : error
    })
    if (instance === undefined) return
    if (signal.aborted || this.#closed) return end(instance)
    this.#instances.push(instance)
    instance.onStateChange(state => {
      if (state === 'ended') this.#end(instance)
      if (state === 'idle' || state === 'ended') this.#dispatch()
    })
  }

  #end(instance: WarmInstance): void {
    const index = this.#instances.indexOf(instance)
    if (index === -1) return
    this.#instances.splice(index, 1)
    this.#retired.delete(instance)
    const ending = this.#options.end(instance)
    this.#endings.add(ending)
    // A failure stays for `close()` to report: nothing waits for an instance that ended by itself.
    ending.then(
      () => this.#endings.delete(ending),
      () => undefined,
    )
  }

  /** Waits until every instance has ended, also if one of them fails to. */
  async #ended(): Promise<void> {
    await Promise.allSettled(this.#endings)
    await Promise.all(this.#endings)
  }

  #terminated(when: string, cause?: unknown): RuntimeError {
    const { functionName } = this.#options
    return new RuntimeError('TERMINATED', `"${functionName}" was terminated${when}.`, { data: { functionName }, cause })
  }

  #aborted(signal: AbortSignal | undefined, when: string): RuntimeError {
    const { functionName } = this.#options
    return new RuntimeError('INVOCATION_ABORTED', `The signal of an event for "${functionName}" aborted ${when}.`, {
      data: { functionName },
      cause: signal?.reason,
    })
  }
}
