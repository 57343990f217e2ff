import { randomUUID } from 'node:crypto'
import type { LambdaBackend, WarmInstance } from '../backends/backend.ts'
import type { SourceMaps } from '../code/bundle/map-stack.ts'
import type { CodeZip, DeployId, LayerZip } from '../model/code-package.ts'
import type { LambdaFunction } from '../model/lambda-function.ts'
import type { LogRecord } from '../model/log-record.ts'
import type { InvokeResult } from '../model/result.ts'
import { hrnow } from '../platform/clock.ts'
import { addLogSource } from '../reaper/watchdog/client/log-sources.ts'
import type { InstanceLogs } from '../reaper/watchdog/protocol.ts'
import { buildResult } from './build-result.ts'
import { FunctionLog } from './function-log.ts'
import { checkRequest, type InvokeInput, throttled } from './invoke-api.ts'
import { Pool, type PoolOptions } from './pool.ts'

/** A function that is ready to launch, with every option settled. */
export interface Deployment {
  readonly backend: LambdaBackend
  readonly fn: LambdaFunction
  readonly code: CodeZip | undefined
  readonly layers: readonly LayerZip[]
  readonly deployId: DeployId
  readonly sourceMap: SourceMaps
  readonly concurrency: number
}

/** An invocation that runs or waits for an instance. */
export interface OpenInvocation {
  readonly requestId: string
  readonly ageMs: number
}

/** A function on a backend, with its pool of instances and its log. */
export class LaunchedFunction {
  readonly log: FunctionLog
  #deployment: Deployment
  readonly #pool: Pool
  readonly #open = new Set<{ readonly requestId: string; readonly since: number }>()
  readonly #removeLogSource: () => void

  constructor(deployment: Deployment, log: FunctionLog = new FunctionLog()) {
    this.#deployment = deployment
    this.log = log
    this.#pool = new Pool(this.#poolOptions())
    this.#removeLogSource = addLogSource(() => this.#recentLogs())
  }

  get deployment(): Deployment {
    return this.#deployment
  }

  get ended(): boolean {
    return this.#pool.closed
  }

  get instances(): readonly WarmInstance[] {
    return this.#pool.instances
  }

  /** Oldest first. */
  get openInvocations(): readonly OpenInvocation[] {
    return [...this.#open].map(({ requestId, since }) => ({ requestId, ageMs: hrnow() - since }))
  }

  /** Launches the first instance. As on AWS, a failed init phase shows at the first invocation. */
  async launch(): Promise<void> {
    if (this.#deployment.concurrency > 0) await this.#pool.warm()
  }

  /** Resolves with a result even if the function fails. @throws InvokeApiError, RuntimeError */
  async invoke(input: InvokeInput): Promise<InvokeResult> {
    const { fn, backend, sourceMap, concurrency } = this.#deployment
    const request = checkRequest(fn, input)
    if (concurrency === 0) throw throttled(request.requestId)
    const open = { requestId: request.requestId, since: hrnow() }
    this.#open.add(open)
    try {
      return await this.#pool.run(async instance => {
        const outcome = await instance.invoke(request)
        const { id, taskRoot } = instance
        return buildResult(request, outcome, {
          functionName: fn.functionName,
          backend: backend.name,
          instance: id,
          taskRoot,
          sourceMap,
        })
      }, input.signal)
    } finally {
      this.#open.delete(open)
    }
  }

  /** Replaces every instance. Busy ones answer first. */
  async restart(): Promise<void> {
    await Promise.all([this.#pool.retire(this.#poolOptions()), this.launch()])
  }

  /** Replaces the configuration. Later events, and those that wait for an instance, run with the new one. */
  reconfigure(fn: LambdaFunction, concurrency: number): Promise<void> {
    this.#deployment = { ...this.#deployment, fn, concurrency }
    if (concurrency === 0) this.#pool.rejectWaiting(() => throttled(randomUUID()))
    return this.restart()
  }

  /** Idempotent. */
  async terminate(): Promise<void> {
    await this.#pool.close()
    this.#removeLogSource()
    this.log.end()
  }

  /** For `lambda-fixtures logs`. */
  #recentLogs(): Promise<InstanceLogs[]> {
    const { backend, fn } = this.#deployment
    return Promise.all(
      this.instances.map(async ({ id, handle }) => ({
        instance: id,
        functionName: fn.functionName,
        backend: backend.name,
        pid: process.pid,
        text: (await backend.instanceLogs?.(handle)) ?? '',
      })),
    )
  }

  #poolOptions(): PoolOptions {
    const { backend, fn, code, layers, deployId, concurrency } = this.#deployment
    return {
      functionName: fn.functionName,
      concurrency,
      launch: async signal => {
        const instance = await backend.launch(fn, code, layers, deployId, signal)
        instance.onLog((record: LogRecord) => this.log.add(record))
        return instance
      },
      end: instance => backend.terminate(instance.handle),
    }
  }
}
