import type { RuntimeError } from '../../errors/runtime-error.ts'
import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { clearTimeout, hrnow, now, setTimeout } from '../../platform/clock.ts'
import { LogStream, logTail } from '../logs/log-stream.ts'
import { PlatformLog } from '../logs/platform-log.ts'
import { RuntimeApi } from '../runtime-api/runtime-api.ts'
import { exitError } from '../runtime-api/runtime-errors.ts'
import { answered, type Ending, failed, type InitFailure, initFailure, timedOut } from './endings.ts'
import { abortedError, type LostCode, lostError } from './environment-errors.ts'
import { invocationHeaders } from './invocation-headers.ts'
import { buildReport } from './report.ts'
import { EntrypointError, type Sandbox, type SandboxEvents } from './sandbox.ts'
import { type Signal, SignalQueue } from './signals.ts'

/** `finishing`: it has answered, but its runtime has not asked for the next event yet. */
export type EnvironmentState = 'starting' | 'idle' | 'busy' | 'finishing' | 'ended'

export interface EnvironmentOptions {
  readonly fn: LambdaFunction
  /** 32 hex digits. */
  readonly id: string
  /** For messages. */
  readonly backend: string
  readonly createSandbox: (events: SandboxEvents) => Sandbox
  /** Told of function lines between two invocations when nothing is frozen. */
  readonly onLateLine?: (record: LogRecord) => void
}

const INIT_LIMIT_MS = 10_000

/**
 * One execution environment: init, one event at a time, deadlines, resets, log lines and reports as AWS has them, over whatever
 * sandbox a backend gives. @see contract 5
 */
export class ExecutionEnvironment {
  readonly id: string
  readonly api: RuntimeApi
  readonly logs: LogStream
  readonly #fn: LambdaFunction
  readonly #backend: string
  readonly #sandbox: Sandbox
  readonly #platform: PlatformLog
  readonly #signals = new SignalQueue()
  readonly #stateListeners = new Set<(state: EnvironmentState) => void>()
  #state: EnvironmentState = 'starting'
  #invocations = 0
  /** No runtime is there that could take an event: the next invocation starts one, as AWS's suppressed init. */
  #needsInit = true
  /** The runtime has not seen an event yet. */
  #fresh = true
  #initDurationMs: number | undefined
  #runtimeStarted = 0
  #deadline: ReturnType<typeof setTimeout> | undefined
  #stopping: Promise<void> | undefined
  #lost: Error | undefined

  constructor(options: EnvironmentOptions) {
    const { fn } = options
    this.id = options.id
    this.#fn = fn
    this.#backend = options.backend
    this.logs = new LogStream(options.id)
    this.#platform = new PlatformLog(this.logs, fn.loggingConfig, fn.functionArn)
    this.api = new RuntimeApi({
      ready: () => this.#signal({ kind: 'ready' }),
      initError: (body, errorType) => this.#signal({ kind: 'initError', body, errorType }),
      answer: answer => this.#signal({ kind: 'answer', answer }),
    })
    this.#sandbox = options.createSandbox({
      output: chunk => this.logs.output(chunk),
      exit: exit => this.#signal({ kind: 'exit', exit }),
      lost: (error, unseen) => this.#signal({ kind: 'lost', error, unseen }),
    })
    this.logs.onRecord(record => {
      if (this.#state === 'idle' && record.source === 'function' && !fn.freeze) options.onLateLine?.(record)
    })
  }

  get state(): EnvironmentState {
    return this.#state
  }

  get invocations(): number {
    return this.#invocations
  }

  onStateChange(listener: (state: EnvironmentState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** The init phase. Resolves when it has ended, well or not: a failure is the first invocation's to tell. */
  async init(): Promise<void> {
    this.logs.collect()
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const limit = (): void => {
      if (!isOver) timer = setTimeout(() => this.#signal({ kind: 'timeout' }), INIT_LIMIT_MS)
    }
    const failure = await this.#startRuntime({ onStarted: limit }).finally(() => {
      isOver = true
      clearTimeout(timer)
    })
    const elapsed = this.#sandbox.startupMs?.() ?? hrnow() - this.#runtimeStarted
    if (failure === undefined) {
      this.#initDurationMs = elapsed
      this.logs.takeCollected()
    } else {
      this.#reportInit('init', elapsed, failure)
    }
    await this.#rest()
  }

  /** Runs one event, after those that were given before. */
  async invoke(request: InvocationRequest): Promise<InvocationOutcome> {
    while (this.#state !== 'idle' && this.#state !== 'ended') await this.#stateChange()
    if (this.#lost !== undefined || this.#state === 'ended') throw this.#lostError('INSTANCE_LOST')
    this.#setState('busy')
    this.#invocations++
    const started = hrnow()
    const limit = Math.min(request.remainingTime ?? Number.POSITIVE_INFINITY, this.#fn.timeout * 1000)
    const deadlineMs = now() + limit
    const abort = (): void => this.#signal({ kind: 'aborted' })
    this.logs.collect()
    this.logs.requestId = request.requestId
    const running = this.#run(request, deadlineMs, started)
    // The runtime works by now: what follows in this turn costs no time.
    this.#sandbox.busy(true)
    this.#deadline = setTimeout(() => this.#signal({ kind: 'timeout' }), limit)
    request.signal?.addEventListener('abort', abort, { once: true })
    if (request.signal?.aborted) abort()
    try {
      return await this.#complete(request, await running, started)
    } finally {
      request.signal?.removeEventListener('abort', abort)
      this.logs.takeCollected()
      this.logs.requestId = undefined
      this.#sandbox.busy(false)
      void this.#finish()
    }
  }

  #stateChange(): Promise<void> {
    return new Promise(resolve => {
      const stop = this.onStateChange(() => {
        stop()
        resolve()
      })
    })
  }

  /** The error for whoever launched it, when something that it needs could not be had. */
  startFailed(cause: unknown): RuntimeError {
    this.#lost ??= cause instanceof Error ? cause : new Error(String(cause))
    return this.#lostError('INSTANCE_START_FAILED')
  }

  /** Ends it for good. Idempotent. */
  async end(): Promise<void> {
    this.#setState('ended')
    this.#lost ??= new Error('it was terminated')
    clearTimeout(this.#deadline)
    this.#signals.push({ kind: 'lost', error: this.#lost })
    try {
      await this.#sandbox.destroy()
    } finally {
      this.logs.flush()
      this.api.close()
    }
  }

  async #run(request: InvocationRequest, deadlineMs: number, started: number): Promise<Ending> {
    if (this.#needsInit) {
      const failure = await this.#startRuntime({ request })
      if (failure !== undefined) return this.#failedInit(request, failure, hrnow() - started)
    } else if (this.#fn.freeze) {
      await this.#sandbox.thaw()
    }
    const headers = invocationHeaders(request, deadlineMs)
    this.api.deliver({ requestId: request.requestId, payload: request.payload, headers })
    // While the runtime works; nothing that it says is read in this turn.
    this.#platform.start(request.requestId, request.executedVersion)
    const signal = await this.#signals.take('answer', 'exit', 'timeout', 'aborted', 'lost')
    const drained = this.#sandbox.drain()
    if (drained !== undefined) await drained
    this.logs.flush()
    switch (signal.kind) {
      case 'answer':
        return answered(request, signal.answer)
      case 'exit': {
        const error = exitError(signal.exit)
        await this.#stopRuntime()
        this.#platform.runtimeError(request.requestId, error.errorType, error.message)
        return failed(request, error, signal.exit.outOfMemory ? 'outOfMemory' : 'exit')
      }
      case 'timeout':
        await this.#stopRuntime()
        this.#platform.timedOut(request.requestId, hrnow() - started)
        return timedOut(request, this.#fn.timeout)
      case 'aborted':
        await this.#stopRuntime()
        throw abortedError(this.#fn, request)
      case 'lost':
        throw this.#lostError(signal.unseen ? 'INSTANCE_LOST' : 'INVOCATION_FAILED')
    }
  }

  /** A suppressed init that failed is the invocation's result; START comes after it. @see contract 4.2 */
  #failedInit(request: InvocationRequest, failure: InitFailure, elapsedMs: number): Ending {
    this.#reportInit('invoke', elapsedMs, failure)
    this.#platform.start(request.requestId, request.executedVersion)
    if (failure.kind === 'timeout') {
      this.#platform.timedOut(request.requestId, elapsedMs)
      return timedOut(request, this.#fn.timeout)
    }
    if (failure.kind === 'posted') {
      const { payload, errorType } = failure
      return { ...failed(request, { errorType, message: '' }, 'init'), payload }
    }
    this.#platform.runtimeError(request.requestId, failure.error.errorType, failure.error.message)
    return failed(request, failure.error, failure.outOfMemory ? 'outOfMemory' : 'init')
  }

  async #complete(request: InvocationRequest, ending: Ending, started: number): Promise<InvocationOutcome> {
    const elapsedMs = hrnow() - started
    const { payload, contentType, functionError, reason, status, errorType } = ending
    const measured = this.#sandbox.peakMemory(ending.pageFaults)
    const peakBytes = measured instanceof Promise ? await measured : measured
    const report = buildReport({ fn: this.#fn, elapsedMs, initDurationMs: this.#initDurationMs, peakBytes, status, errorType })
    const coldStart = this.#fresh
    this.#fresh = this.#needsInit
    this.#initDurationMs = undefined
    this.#platform.end(request.requestId, report, elapsedMs)
    const logs = this.logs.takeCollected()
    return { payload, contentType, functionError, reason, logs, logTail: logTail(logs), report, coldStart }
  }

  /** Starts a runtime and waits for its first poll; `undefined` when it came. */
  async #startRuntime({
    request,
    onStarted,
  }: {
    request?: InvocationRequest
    onStarted?: () => void
  }): Promise<InitFailure | undefined> {
    await this.#stopping
    this.#fresh = true
    this.#runtimeStarted = hrnow()
    this.#sandbox.start().then(
      // Unpacking the code is not part of the init that is reported, nor of its time.
      () => {
        this.#runtimeStarted = hrnow()
        onStarted?.()
      },
      (error: unknown) => {
        if (error instanceof EntrypointError) this.#signal({ kind: 'entrypoint', error })
        else this.#signal({ kind: 'lost', error: error instanceof Error ? error : new Error(String(error)) })
      },
    )
    const signal = await this.#signals.take('ready', 'initError', 'exit', 'entrypoint', 'timeout', 'aborted', 'lost')
    if (signal.kind === 'ready') {
      this.#needsInit = false
      return undefined
    }
    // An event that no runtime can have seen may go to another environment.
    if (signal.kind === 'lost') throw this.#lostError(request === undefined ? 'INSTANCE_START_FAILED' : 'INSTANCE_LOST')
    await this.#sandbox.drain()
    this.logs.mute(signal.kind === 'initError')
    await this.#stopRuntime()
    this.logs.mute(false)
    if (signal.kind === 'aborted') throw abortedError(this.#fn, request)
    return initFailure(signal)
  }

  #reportInit(phase: 'init' | 'invoke', elapsedMs: number, failure: InitFailure): void {
    if (failure.kind === 'timeout') return this.#platform.initReport(phase, elapsedMs, 'timeout')
    this.#platform.initReport(phase, elapsedMs, 'error', failure.kind === 'posted' ? failure.errorType : failure.error.errorType)
  }

  #stopRuntime(): Promise<void> {
    this.#needsInit = true
    this.#stopping = this.#sandbox.stop().then(() => {
      this.api.reset()
      this.logs.flush()
      this.#signals.clear()
    })
    return this.#stopping
  }

  /** The answer is given; the environment is busy, and its deadline counts, until its runtime polls again. */
  async #finish(): Promise<void> {
    if (this.#state === 'busy' && !this.#needsInit) {
      this.#setState('finishing')
      const signal = await this.#signals.take('ready', 'exit', 'timeout', 'lost')
      if (signal.kind === 'exit' || signal.kind === 'timeout') await this.#stopRuntime()
    }
    await this.#rest()
  }

  /** Between two events. */
  async #rest(): Promise<void> {
    clearTimeout(this.#deadline)
    if (this.#lost !== undefined) return this.#setState('ended')
    if (this.#fn.freeze && !this.#needsInit) await this.#sandbox.freeze()
    this.#setState('idle')
  }

  #signal(signal: Signal): void {
    if (signal.kind === 'lost') this.#lost ??= signal.error
    if (this.#state !== 'idle') return this.#signals.push(signal)
    // A runtime that died idle is replaced by the next invocation's init.
    if (signal.kind === 'exit') void this.#stopRuntime()
    if (signal.kind === 'lost') this.#setState('ended')
  }

  #setState(state: EnvironmentState): void {
    if (this.#state === state || this.#state === 'ended') return
    this.#state = state
    for (const listener of this.#stateListeners) listener(state)
  }

  #lostError(code: LostCode): RuntimeError {
    this.#setState('ended')
    return lostError(code, { fn: this.#fn, backend: this.#backend, instance: this.id, cause: this.#lost })
  }
}
