import type { ExecutionEnvironment } from '../../emulator/environment.ts'
import type { InvocationOutcome, InvocationRequest } from '../../emulator/invocation.ts'
import { type InvokeEndpoint, openInvokeEndpoint } from '../../emulator/invoke-endpoint.ts'
import type { LogRecord } from '../../invocations/result.ts'
import { startTimeOf } from '../../reaper/processes/process-identity.ts'
import type { BackendHandle, InstanceState, LambdaFunction, WarmInstance } from '../backend.ts'
import { RecentLogs } from '../recent-logs.ts'
import type { ProcessSandbox } from './process-sandbox.ts'

/** An environment of the process backend, as the pool sees it. */
export class ProcessInstance implements WarmInstance {
  readonly #fn: LambdaFunction
  readonly #environment: ExecutionEnvironment
  readonly #sandbox: ProcessSandbox
  readonly #recent: RecentLogs
  #endpoint: InvokeEndpoint | undefined

  constructor(fn: LambdaFunction, environment: ExecutionEnvironment, sandbox: ProcessSandbox) {
    this.#fn = fn
    this.#environment = environment
    this.#sandbox = sandbox
    this.#recent = new RecentLogs(environment.logs)
  }

  get id(): string {
    return this.#environment.id
  }

  get endpoint(): string {
    return this.#endpoint?.url ?? ''
  }

  get handle(): BackendHandle {
    const { pid } = this
    return { kind: 'process', id: this.id, pid, startTime: pid === undefined ? undefined : startTimeOf(pid) }
  }

  get taskRoot(): string {
    return this.#sandbox.taskRoot
  }

  get state(): InstanceState {
    return this.#environment.state
  }

  get invocations(): number {
    return this.#environment.invocations
  }

  get pid(): number | undefined {
    return this.#sandbox.pid
  }

  async launch(): Promise<void> {
    const opening = openInvokeEndpoint({ functionArn: this.#fn.functionArn, invoke: request => this.invoke(request) })
    const [endpoint] = await Promise.all([opening, this.#environment.init()])
    this.#endpoint = endpoint
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

  async end(): Promise<void> {
    this.#endpoint?.close()
    await this.#environment.end()
  }
}
