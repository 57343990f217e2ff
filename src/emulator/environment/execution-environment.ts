import { BrandedError } from '../../errors/branded-error.ts'
import type { RuntimeError } from '../../errors/runtime-error.ts'
import type { InstanceState } from '../../model/instance-state.ts'
import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { clearTimeout, hrnow, now, setTimeout } from '../../platform/clock.ts'
import { LogStream, logTail } from '../logs/log-stream.ts'
import { PlatformLog } from '../logs/platform-log.ts'
import { RuntimeApi } from '../runtime-api/runtime-api.ts'
import { exitError } from '../runtime-api/runtime-errors.ts'
import { answered, type Ending, failed, timedOut } from './endings.ts'
import { abortedError, type LostCode, lostError } from './environment-errors.ts'
import { EnvironmentState } from './environment-state.ts'
import { endingOf, type InitFailure } from './init-failure.ts'
import { invocationHeaders } from './invocation-headers.ts'
import { buildReport } from './report.ts'
import { Runtime } from './runtime.ts'
import type { Sandbox, SandboxEvents } from './sandbox.ts'
import { type Signal, SignalQueue } from './signals.ts'

export interface EnvironmentOptions {
  readonly fn: LambdaFunction
  /** 32 hex digits. */
  readonly id: string
  /** The backend's name, for messages. */
  readonly backend: string
  readonly sandbox: Sandbox
  /** Called for each line that the function logs between two invocations, unless the environment is frozen then. */
  readonly onLateLine?: (record: LogRecord) => void
}

const INIT_LIMIT_MS = 10_000

/**
 * One execution environment as AWS runs it, in a backend's sandbox: init, one event at a time, deadlines, resets, log lines and
 * reports. @see contract 5
 */
export class ExecutionEnvironment {
  readonly id: string
  readonly logs: LogStream
  readonly #fn: LambdaFunction
  readonly #backend: string
  readonly #sandbox: Sandbox
  readonly #api: RuntimeApi
  readonly #platform: PlatformLog
  readonly #signals = new SignalQueue()
  readonly #runtime: Runtime
  readonly #state = new EnvironmentState()
  #invocations = 0
  /** The runtime has not been given an event yet. */
  #isFresh = true
  /** For the report of the first invocation. */
  #initDurationMs: number | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined
  #lost: Error | undefined

  constructor({ fn, id, backend, sandbox, onLateLine }: EnvironmentOptions) {
    this.id = id
    this.#fn = fn
    this.#backend = backend
    this.#sandbox = sandbox
    const logs = new LogStream(id)
    this.logs = logs
    this.#platform = new PlatformLog(logs, fn.loggingConfig, fn.functionArn)
    const onSignal = (signal: Signal): void => this.#signal(signal)
    const api = new RuntimeApi({
      ready: () => onSignal({ kind: 'ready' }),
      initError: (body, errorType) => onSignal({ kind: 'initError', body, errorType }),
      answer: answer => onSignal({ kind: 'answer', answer }),
    })
    this.#api = api
    this.#runtime = new Runtime({ sandbox, api, logs, signals: this.#signals, onSignal })
    logs.onRecord(record => {
      if (this.state === 'idle' && record.source === 'function' && !fn.freeze) onLateLine?.(record)
    })
  }

  get state(): InstanceState {
    return this.#state.current
  }

  get invocations(): number {
    return this.#invocations
  }

  onStateChange(listener: (state: InstanceState) => void): () => void {
    return this.#state.onChange(listener)
  }

  /**
   * Creates the sandbox and runs the init phase. Resolves also if the init failed: AWS reports that to the first invocation.
   * @throws RuntimeError `INSTANCE_START_FAILED`, or the error that the sandbox gives
   */
  async init(): Promise<void> {
    try {
      if (this.#lost === undefined) await this.#sandbox.create(this.#sandboxEvents())
      if (this.#lost !== undefined) throw this.#lost
      await this.#runInitPhase()
    } catch (error) {
      if (error instanceof BrandedError) throw error
      this.#lost ??= error instanceof Error ? error : new Error(String(error))
      throw this.#lostError('INSTANCE_START_FAILED')
    }
  }

  /** Runs one event, after those that were given before. */
  async invoke(request: InvocationRequest): Promise<InvocationOutcome> {
    while (this.state !== 'idle' && this.state !== 'ended') await this.#state.changed()
    if (this.#lost !== undefined || this.state === 'ended') throw this.#lostError('INSTANCE_LOST')
    const abort = (): void => this.#signal({ kind: 'aborted' })
    // This throws for a value that is not a signal, so the environment must not be busy yet.
    request.signal?.addEventListener('abort', abort, { once: true })
    this.#state.set('busy')
    this.#invocations++
    const started = hrnow()
    const limit = Math.min(request.remainingTime ?? Number.POSITIVE_INFINITY, this.#fn.timeout * 1000)
    const deadlineMs = now() + limit
    this.logs.collect()
    this.logs.requestId = request.requestId
    const running = this.#run(request, deadlineMs, started)
    try {
      // The runtime works on the event now, so the rest of this turn costs the invocation no time.
      this.#sandbox.busy(true)
      this.#deadline = setTimeout(() => this.#signal({ kind: 'timeout' }), limit)
      if (request.signal?.aborted) abort()
      return await this.#complete(request, await running, started)
    } catch (error) {
      if (!(error instanceof BrandedError)) {
        // Something unexpected: the runtime may still work on the event, so the next invocation gets a new one.
        abort()
        await running.catch(() => undefined)
        await this.#runtime.stop()
      }
      throw error
    } finally {
      request.signal?.removeEventListener('abort', abort)
      this.logs.takeCollected()
      this.logs.requestId = undefined
      this.#sandbox.busy(false)
      void this.#finish()
    }
  }

  /** Ends the environment for good. Idempotent. */
  async end(): Promise<void> {
    this.#state.set('ended')
    this.#lost ??= new Error('it was terminated')
    clearTimeout(this.#deadline)
    this.#signals.push({ kind: 'lost', error: this.#lost })
    try {
      await this.#sandbox.destroy()
    } finally {
      this.logs.flush()
      this.#api.reset()
    }
  }

  #sandboxEvents(): SandboxEvents {
    return {
      output: chunk => this.logs.output(chunk),
      connection: socket => this.#api.accept(socket),
      exit: exit => this.#signal({ kind: 'exit', exit }),
      lost: (error, unseen) => this.#signal({ kind: 'lost', error, unseen }),
    }
  }

  async #runInitPhase(): Promise<void> {
    this.logs.collect()
    const failure = await this.#startRuntime()
    const { initDurationMs } = this.#runtime
    if (failure === undefined) {
      this.#initDurationMs = initDurationMs
      this.logs.takeCollected()
    } else {
      this.#platform.initReport('init', initDurationMs, failure)
    }
    await this.#rest()
  }

  /** @param request the invocation that has to start a runtime, as the last one ended or did not start */
  async #startRuntime(request?: InvocationRequest): Promise<InitFailure | undefined> {
    this.#isFresh = true
    const result = await this.#runtime.start(request === undefined ? INIT_LIMIT_MS : undefined)
    if (result === 'ready') return undefined
    if (result === 'aborted') throw abortedError(this.#fn, request)
    // No runtime can have seen the event, so another environment may run it.
    if (result === 'lost') throw this.#lostError(request === undefined ? 'INSTANCE_START_FAILED' : 'INSTANCE_LOST')
    return result
  }

  async #run(request: InvocationRequest, deadlineMs: number, started: number): Promise<Ending> {
    if (!this.#runtime.isReady) {
      const failure = await this.#startRuntime(request)
      if (failure !== undefined) return this.#failedInit(request, failure, hrnow() - started)
    } else if (this.#fn.freeze) {
      await this.#sandbox.thaw()
    }
    const headers = invocationHeaders(request, deadlineMs)
    this.#api.deliver({ requestId: request.requestId, payload: request.payload, headers })
    // Written while the runtime works. Nothing that the runtime logs is read before the end of this turn.
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
        await this.#runtime.stop()
        this.#platform.runtimeError(request.requestId, error)
        return failed(request, error, signal.exit.outOfMemory ? 'outOfMemory' : 'exit')
      }
      case 'timeout':
        await this.#runtime.stop()
        this.#platform.timedOut(request.requestId, hrnow() - started)
        return timedOut(request, this.#fn.timeout)
      case 'aborted':
        await this.#runtime.stop()
        throw abortedError(this.#fn, request)
      case 'lost':
        throw this.#lostError(signal.unseen ? 'INSTANCE_LOST' : 'INVOCATION_FAILED')
    }
  }

  /** A failed suppressed init is the result of its invocation. AWS writes START after it. @see contract 4.2 */
  #failedInit(request: InvocationRequest, failure: InitFailure, elapsedMs: number): Ending {
    const { requestId } = request
    this.#platform.initReport('invoke', elapsedMs, failure)
    this.#platform.start(requestId, request.executedVersion)
    if (failure.kind === 'timeout') this.#platform.timedOut(requestId, elapsedMs)
    if (failure.kind === 'failed') this.#platform.runtimeError(requestId, failure)
    return endingOf(request, failure, this.#fn.timeout)
  }

  async #complete(request: InvocationRequest, ending: Ending, started: number): Promise<InvocationOutcome> {
    const elapsedMs = hrnow() - started
    const { payload, contentType, functionError, reason, status, errorType } = ending
    const measured = this.#sandbox.peakMemory(ending.pageFaults)
    const peakBytes = measured instanceof Promise ? await measured : measured
    const report = buildReport({ fn: this.#fn, elapsedMs, initDurationMs: this.#initDurationMs, peakBytes, status, errorType })
    const coldStart = this.#isFresh
    this.#isFresh = false
    this.#initDurationMs = undefined
    this.#platform.end(request.requestId, report, elapsedMs)
    const logs = this.logs.takeCollected()
    return { payload, contentType, functionError, reason, logs, logTail: logTail(logs), report, coldStart }
  }

  /** The caller has its answer, but until the runtime polls again the environment is busy and its deadline counts. */
  async #finish(): Promise<void> {
    if (this.state === 'busy' && this.#runtime.isReady) {
      this.#state.set('finishing')
      const signal = await this.#signals.take('ready', 'exit', 'timeout', 'lost')
      if (signal.kind === 'exit' || signal.kind === 'timeout') await this.#runtime.stop()
    }
    await this.#rest()
  }

  /** Between two events. */
  async #rest(): Promise<void> {
    clearTimeout(this.#deadline)
    if (this.#lost !== undefined) return this.#state.set('ended')
    if (this.#fn.freeze && this.#runtime.isReady) await this.#sandbox.freeze()
    this.#state.set('idle')
  }

  #signal(signal: Signal): void {
    if (signal.kind === 'lost') this.#lost ??= signal.error
    if (this.state !== 'idle') return this.#signals.push(signal)
    // The next invocation starts another runtime in place of one that died idle.
    if (signal.kind === 'exit') void this.#runtime.stop()
    if (signal.kind === 'lost') this.#state.set('ended')
  }

  #lostError(code: LostCode): RuntimeError {
    this.#state.set('ended')
    return lostError(code, { fn: this.#fn, backend: this.#backend, instance: this.id, cause: this.#lost })
  }
}
