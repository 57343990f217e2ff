import { ExecutionEnvironment } from '../../emulator/environment/execution-environment.ts'
import type { Sandbox } from '../../emulator/environment/sandbox.ts'
import type { InstanceState } from '../../model/instance-state.ts'
import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { LogRecord } from '../../model/log-record.ts'
import type { BackendHandle, WarmInstance } from '../backend.ts'
import { InvokeEndpoint } from './invoke-endpoint.ts'
import { lateLineNotice } from './late-lines.ts'
import { RecentLogs } from './recent-logs.ts'

export interface InstanceOptions {
  readonly fn: LambdaFunction
  /** 32 hex digits. */
  readonly id: string
  /** The backend's name. */
  readonly backend: string
  readonly sandbox: Sandbox
  readonly taskRoot: string
  /** The handle as it is now: parts of it become known while the instance starts. */
  readonly handle: () => BackendHandle
}

/** An execution environment of any backend, as the pool sees it. */
export class EnvironmentInstance implements WarmInstance {
  readonly #options: InstanceOptions & { readonly onEnded: () => void }
  readonly #environment: ExecutionEnvironment
  readonly #recent: RecentLogs
  readonly #endpoint: InvokeEndpoint

  constructor(options: InstanceOptions & { readonly onEnded: () => void }) {
    const { fn, id, backend, sandbox } = options
    this.#options = options
    this.#environment = new ExecutionEnvironment({ fn, id, backend, sandbox, onLateLine: lateLineNotice(fn.functionName) })
    this.#recent = new RecentLogs(this.#environment.logs)
    this.#endpoint = new InvokeEndpoint(fn, request => this.invoke(request))
  }

  get id(): string {
    return this.#options.id
  }

  get handle(): BackendHandle {
    return this.#options.handle()
  }

  get taskRoot(): string {
    return this.#options.taskRoot
  }

  get state(): InstanceState {
    return this.#environment.state
  }

  get invocations(): number {
    return this.#environment.invocations
  }

  get pid(): number | undefined {
    const { handle } = this
    return handle.kind === 'process' ? handle.pid : undefined
  }

  /** Resolves when the init phase is over. If it rejects, everything that was created has been removed. */
  async launch(): Promise<void> {
    try {
      await this.#environment.init()
    } catch (error) {
      // The watchdog removes what can't be removed now. The launch's own error is the one to report.
      await this.end().catch(() => undefined)
      throw error
    }
  }

  endpoint(): Promise<string> {
    return this.#endpoint.open()
  }

  invoke(request: InvocationRequest): Promise<InvocationOutcome> {
    return this.#environment.invoke(request)
  }

  onStateChange(listener: (state: InstanceState) => void): () => void {
    return this.#environment.onStateChange(listener)
  }

  onLog(listener: (record: LogRecord) => void): () => void {
    return this.#environment.logs.follow(listener)
  }

  recentLogs(): string {
    return this.#recent.text()
  }

  /** Idempotent. */
  async end(): Promise<void> {
    this.#endpoint.close()
    await this.#environment.end()
    this.#options.onEnded()
  }
}
