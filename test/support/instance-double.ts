import type { WarmInstance } from '../../src/backends/backend.ts'
import type { PoolOptions } from '../../src/invocations/pool.ts'
import type { InstanceState } from '../../src/model/instance-state.ts'
import type { InvocationOutcome, InvocationRequest } from '../../src/model/invocation.ts'
import type { LogRecord } from '../../src/model/log-record.ts'

/** A double of an instance: it changes its state, logs and answers as a test says. */
export class InstanceDouble implements WarmInstance {
  readonly id: string
  readonly taskRoot = '/var/task'
  readonly invocations = 0
  readonly requests: InvocationRequest[] = []
  /** What the next invocations come to. Default: they answer `null`. */
  answer: (request: InvocationRequest) => Promise<InvocationOutcome> = async () => outcome('null')
  #state: InstanceState = 'idle'
  readonly #stateListeners = new Set<(state: InstanceState) => void>()
  readonly #logListeners = new Set<(record: LogRecord) => void>()

  constructor(id = 'i1') {
    this.id = id
  }

  get handle(): WarmInstance['handle'] {
    return { kind: 'container', id: this.id }
  }

  get state(): InstanceState {
    return this.#state
  }

  endpoint(): Promise<string> {
    return Promise.reject(new Error('A double has no endpoint.'))
  }

  invoke(request: InvocationRequest): Promise<InvocationOutcome> {
    this.requests.push(request)
    return this.answer(request)
  }

  onStateChange(listener: (state: InstanceState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  onLog(listener: (record: LogRecord) => void): () => void {
    this.#logListeners.add(listener)
    return () => this.#logListeners.delete(listener)
  }

  enter(state: InstanceState): void {
    this.#state = state
    for (const listener of this.#stateListeners) listener(state)
  }

  log(record: LogRecord): void {
    for (const listener of this.#logListeners) listener(record)
  }
}

/** The outcome of an invocation that answered with this JSON text. */
export function outcome(payload: string, parts: Partial<InvocationOutcome> = {}): InvocationOutcome {
  return {
    payload: Buffer.from(payload),
    contentType: 'application/json',
    logs: [],
    logTail: '',
    report: { durationMs: 38, billedDurationMs: 38, memorySizeMb: 128 },
    coldStart: false,
    ...parts,
  }
}

interface Launch {
  readonly signal: AbortSignal
  /** The launch succeeds. */
  ready(id?: string): InstanceDouble
  fail(error: unknown): void
}

/** A double of a backend's `launch` and `terminate`: each launch ends when a test says so. */
export class LaunchDouble {
  /** In the order in which they began. */
  readonly launches: Launch[] = []
  /** The ids of the instances that were ended. */
  readonly ended: string[] = []
  end: (instance: WarmInstance) => Promise<void> = async () => undefined

  options(concurrency: number): PoolOptions {
    return {
      functionName: 'orders',
      concurrency,
      launch: signal => {
        const { promise, resolve, reject } = Promise.withResolvers<WarmInstance>()
        const ready = (id = `i${this.launches.length}`): InstanceDouble => {
          const instance = new InstanceDouble(id)
          resolve(instance)
          return instance
        }
        this.launches.push({ signal, ready, fail: reject })
        return promise
      },
      end: instance => {
        this.ended.push(instance.id)
        return this.end(instance)
      },
    }
  }
}
