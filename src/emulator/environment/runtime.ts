import { clearTimeout, hrnow, setTimeout } from '../../platform/clock.ts'
import type { LogStream } from '../logs/log-stream.ts'
import type { RuntimeApi } from '../runtime-api/runtime-api.ts'
import { EntrypointError } from './entrypoint-error.ts'
import { type InitFailure, initFailure } from './init-failure.ts'
import type { Sandbox } from './sandbox.ts'
import type { Signal, SignalQueue } from './signals.ts'

export interface RuntimeOptions {
  readonly sandbox: Sandbox
  readonly api: RuntimeApi
  readonly logs: LogStream
  readonly signals: SignalQueue
  readonly onSignal: (signal: Signal) => void
}

/** The runtime of an environment. Its sandbox starts it, stops it and starts it again. */
export class Runtime {
  readonly #options: RuntimeOptions
  #isReady = false
  #startedAt = 0
  #stopping: Promise<void> | undefined

  constructor(options: RuntimeOptions) {
    this.#options = options
  }

  /** Whether it runs and has polled. If not, the next invocation starts a runtime first, which AWS calls a suppressed init. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Milliseconds since the last start, or what the sandbox has measured between that start and its end. */
  get initDurationMs(): number {
    return this.#options.sandbox.startupMs?.() ?? hrnow() - this.#startedAt
  }

  /**
   * Starts a runtime and waits for its first poll. A runtime that does not get there is stopped.
   * @param limitMs time limit of the init phase; without it, the invocation's own limit ends the start
   */
  async start(limitMs?: number): Promise<'ready' | 'aborted' | 'lost' | InitFailure> {
    await this.#stopping
    const { sandbox, logs, signals } = this.#options
    const starting = this.#startProgram(limitMs)
    const signal = await signals.take('ready', 'initError', 'exit', 'entrypoint', 'timeout', 'aborted', 'lost')
    starting.clearLimit()
    if (signal.kind === 'ready') this.#isReady = true
    if (signal.kind === 'ready' || signal.kind === 'lost') return signal.kind
    await sandbox.drain()
    // How much a runtime still logs after its init error depends on how soon it is stopped, so none of it is kept.
    logs.mute(signal.kind === 'initError')
    await this.stop()
    logs.mute(false)
    return signal.kind === 'aborted' ? 'aborted' : initFailure(signal)
  }

  /** Stops the runtime and forgets what it said: its connections, its event, and signals that nobody has taken. */
  stop(): Promise<void> {
    const { sandbox, api, logs, signals } = this.#options
    this.#isReady = false
    this.#stopping = sandbox.stop().then(() => {
      api.reset()
      logs.flush()
      signals.clear()
    })
    return this.#stopping
  }

  #startProgram(limitMs: number | undefined): { clearLimit(): void } {
    const { sandbox, onSignal } = this.#options
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const started = (): void => {
      // Neither the limit nor the reported duration includes what happens before, such as unpacking the code.
      this.#startedAt = hrnow()
      if (limitMs !== undefined && !isOver) timer = setTimeout(() => onSignal({ kind: 'timeout' }), limitMs)
    }
    this.#startedAt = hrnow()
    sandbox.start().then(started, (error: unknown) => {
      if (error instanceof EntrypointError) onSignal({ kind: 'entrypoint', error })
      else onSignal({ kind: 'lost', error: error instanceof Error ? error : new Error(String(error)) })
    })
    return {
      clearLimit() {
        isOver = true
        clearTimeout(timer)
      },
    }
  }
}
