import type { WarmInstance } from '../backends/backend.ts'
import { RuntimeError } from '../errors/runtime-error.ts'

export interface PoolOptions {
  /** For messages. */
  readonly functionName: string
  /** Instances at once. */
  readonly concurrency: number
  /** @param signal aborts when nobody wants the instance any more */
  launch(signal: AbortSignal): Promise<WarmInstance>
  end(instance: WarmInstance): Promise<void>
}

interface Waiter {
  resolve(instance: WarmInstance): void
  reject(error: unknown): void
}

/** The instances of one function: an idle one is taken again, more are started up to `concurrency`, further events wait their turn. */
export class Pool {
  #options: PoolOptions
  readonly #instances: WarmInstance[] = []
  readonly #taken = new Set<WarmInstance>()
  readonly #retired = new Set<WarmInstance>()
  readonly #ending = new Set<Promise<void>>()
  /** By what ends a start that is no longer wanted. */
  readonly #starting = new Map<AbortController, Promise<void>>()
  #waiters: Waiter[] = []
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Live ones, oldest first. */
  get instances(): readonly WarmInstance[] {
    return this.#instances.filter(instance => instance.state !== 'ended')
  }

  /** Has one ready ahead of the next event. */
  async warm(): Promise<void> {
    if (this.#closed) throw this.#terminated('')
    if (this.#instances.some(instance => !this.#retired.has(instance))) return
    await (this.#wanted()[0] ?? this.#start())
  }

  /** Runs `use` on an instance of its own. One that was lost before it could see the event is replaced, once. */
  async run<T>(use: (instance: WarmInstance) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      // Without a pause where one is free: its runtime gets the event in the very turn of the call.
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

  /** Ends what is idle now, and what is busy when it has answered; events that wait or come get instances of the new options. */
  async retire(options: PoolOptions = this.#options): Promise<void> {
    this.#options = options
    for (const start of this.#starting.keys()) start.abort()
    for (const instance of [...this.#instances]) {
      this.#retired.add(instance)
      if (!this.#taken.has(instance)) this.#end(instance)
    }
    this.#grow()
    await Promise.all(this.#ending)
  }

  /** Ends everything, waiting for nobody. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of this.#waiters.splice(0)) reject(this.#terminated(' while this event waited for an instance'))
    const starting = [...this.#starting]
    for (const [start] of starting) start.abort()
    for (const instance of [...this.#instances]) this.#end(instance)
    await Promise.all(starting.map(([, started]) => started.catch(() => undefined)))
    await Promise.all(this.#ending)
  }

  /** Turns away the events that wait. */
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
    if (signal?.aborted) return Promise.reject(this.#givenUp(signal, 'before it was sent'))
    const { promise, resolve, reject } = Promise.withResolvers<WarmInstance>()
    const waiter = { resolve, reject }
    this.#waiters.push(waiter)
    const abort = (): void => {
      const waits = this.#waiters.indexOf(waiter)
      if (waits === -1) return
      this.#waiters.splice(waits, 1)
      reject(this.#givenUp(signal, 'while it waited for an instance'))
    }
    signal?.addEventListener('abort', abort)
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

  /** One that has answered is free in a moment, so that sequential events share an instance. */
  #grow(): void {
    const current = this.#instances.filter(instance => !this.#retired.has(instance))
    const soon = current.filter(instance => instance.state === 'finishing').length
    const starting = this.#wanted().length
    const missing = this.#waiters.length - starting - soon
    const room = this.#options.concurrency - starting - current.length
    for (let count = Math.min(missing, room); count > 0; count--) {
      this.#start().catch((error: unknown) => this.#waiters.shift()?.reject(error))
    }
  }

  /** Starts that nobody has given up. */
  #wanted(): Promise<void>[] {
    return [...this.#starting].filter(([start]) => !start.signal.aborted).map(([, started]) => started)
  }

  #start(): Promise<void> {
    const start = new AbortController()
    const started = this.#startInstance(start.signal).finally(() => {
      this.#starting.delete(start)
      this.#dispatch()
    })
    this.#starting.set(start, started)
    return started
  }

  async #startInstance(signal: AbortSignal): Promise<void> {
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
    const ending = this.#options.end(instance).finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  #terminated(when: string, cause?: unknown): RuntimeError {
    const { functionName } = this.#options
    return new RuntimeError('TERMINATED', `"${functionName}" was terminated${when}.`, { data: { functionName }, cause })
  }

  #givenUp(signal: AbortSignal | undefined, when: string): RuntimeError {
    const { functionName } = this.#options
    return new RuntimeError('INVOCATION_ABORTED', `An event for "${functionName}" was given up by its signal ${when}.`, {
      data: { functionName },
      cause: signal?.reason,
    })
  }
}
