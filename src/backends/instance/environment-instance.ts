import type { ExecutionEnvironment } from '../../emulator/environment/execution-environment.ts'
import { BrandedError } from '../../errors/branded-error.ts'
import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { LogRecord } from '../../model/log-record.ts'
import type { BackendHandle, InstanceState, WarmInstance } from '../backend.ts'
import { type InvokeEndpoint, openInvokeEndpoint } from './invoke-endpoint.ts'
import { RecentLogs } from './recent-logs.ts'

export interface EnvironmentInstanceOptions {
  readonly fn: LambdaFunction
  readonly environment: ExecutionEnvironment
  readonly taskRoot: string
  readonly handle: () => BackendHandle
  /** The runtime's process, where it is one of this machine. */
  readonly pid?: () => number | undefined
  /** Makes the place in which the environment then starts its runtime. Its failure is the launch's. */
  readonly prepare?: () => Promise<void>
}

/** An execution environment of any backend, as the pool sees it. */
export class EnvironmentInstance implements WarmInstance {
  readonly #options: EnvironmentInstanceOptions
  readonly #recent: RecentLogs
  #opening: Promise<void> | undefined
  #endpoint: InvokeEndpoint | undefined

  constructor(options: EnvironmentInstanceOptions) {
    this.#options = options
    this.#recent = new RecentLogs(options.environment.logs)
  }

  get id(): string {
    return this.#options.environment.id
  }

  get endpoint(): string {
    return this.#endpoint?.url ?? ''
  }

  get handle(): BackendHandle {
    return this.#options.handle()
  }

  get taskRoot(): string {
    return this.#options.taskRoot
  }

  get state(): InstanceState {
    return this.#options.environment.state
  }

  get invocations(): number {
    return this.#options.environment.invocations
  }

  get pid(): number | undefined {
    return this.#options.pid?.()
  }

  /** A failed one leaves nothing behind. */
  async launch(): Promise<void> {
    try {
      await this.#launch()
    } catch (error) {
      const failure = error instanceof BrandedError ? error : this.#options.environment.startFailed(error)
      // What can't be removed now is the watchdog's, and no reason to hide why there is something to remove.
      await this.end().catch(() => undefined)
      throw failure
    }
  }

  async #launch(): Promise<void> {
    const { fn, environment, prepare } = this.#options
    const target = { functionArn: fn.functionArn, invoke: (request: InvocationRequest) => this.invoke(request) }
    this.#opening = openInvokeEndpoint(target).then(endpoint => {
      this.#endpoint = endpoint
    })
    this.#opening.catch(() => undefined)
    await prepare?.()
    await Promise.all([this.#opening, environment.init()])
  }

  invoke(request: InvocationRequest): Promise<InvocationOutcome> {
    return this.#options.environment.invoke(request)
  }

  onStateChange(listener: (state: InstanceState) => void): () => void {
    return this.#options.environment.onStateChange(listener)
  }

  onLog(listener: (record: LogRecord) => void): () => void {
    return this.#options.environment.logs.follow(listener)
  }

  recentLogs(): string {
    return this.#recent.text()
  }

  async end(): Promise<void> {
    // Also one that is only being opened.
    await this.#opening?.catch(() => undefined)
    this.#endpoint?.close()
    await this.#options.environment.end()
  }
}
