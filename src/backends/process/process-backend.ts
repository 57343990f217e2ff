import { extractZip } from '../../code/zip/extract-zip.ts'
import { lambdaVariables, logStreamName } from '../../emulator/environment/environment-variables.ts'
import { ExecutionEnvironment } from '../../emulator/environment/execution-environment.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { CodeZip, DeployId, LayerZip } from '../../model/code-package.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { ReapReport } from '../../model/reap-report.ts'
import type { ProcessResource } from '../../model/resource.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { now } from '../../platform/clock.ts'
import { startTimeOf } from '../../platform/process-identity.ts'
import { register } from '../../reaper/register.ts'
import { currentSession, newInstanceId } from '../../reaper/session.ts'
import { reapStale } from '../../reaper/sweep/reap-stale.ts'
import { sessionProcesses } from '../../reaper/sweep/session-processes.ts'
import { sweepInBackground } from '../../reaper/sweep/sweep-in-background.ts'
import { watchdogClient } from '../../reaper/watchdog/client/watchdog-client.ts'
import type { BackendHandle, LambdaBackend, WarmInstance } from '../backend.ts'
import { EnvironmentInstance } from '../instance/environment-instance.ts'
import { lateLineNotice } from '../instance/late-lines.ts'
import { createInstanceFolders, type InstanceFolders } from './instance-folders.ts'
import { Fifo } from './output/fifo.ts'
import { replenishPipes, reservePipes } from './output/pipe-stock.ts'
import { ensurePrivateTmp, PRIVATE_PLACES, wantsPrivateTmp, withPrivateTmp } from './private-tmp.ts'
import { ProcessSandbox } from './process-sandbox.ts'
import { type Bootstrap, type RuntimeCommand, runtimeCommand, runtimeDirectory } from './runtime-command.ts'

export interface ProcessBackendOptions {
  /** `false`: makes nothing before a launch, for who only asks or sweeps. */
  readonly reserve?: false
  /** Runtimes that start something else than this library's own bootstrap, by family. */
  readonly bootstraps?: { readonly nodejs?: Bootstrap; readonly python?: Bootstrap }
}

/** Runs functions as child processes of the test process: nothing to install, a few milliseconds over starting the interpreter. */
export class ProcessBackend implements LambdaBackend {
  readonly name = 'process'
  readonly #options: ProcessBackendOptions
  readonly #instances = new Map<string, EnvironmentInstance>()

  constructor(options: ProcessBackendOptions = {}) {
    this.#options = options
  }

  async prepare(fn: LambdaFunction): Promise<string | undefined> {
    if (process.platform === 'win32') return 'it needs process groups and FIFOs, which Windows has not; use docker'
    if (fn.imageBuild !== undefined) return 'it runs no images; docker and podman build and run them'
    if (fn.imageUri !== undefined) return 'it runs no images'
    if (!/^(nodejs\d+\.x|python3\.\d+|provided\.al2(023)?)$/.test(fn.runtime ?? '')) {
      return `it runs nodejs, python and provided, not ${fn.runtime}; docker, podman and kubernetes do`
    }
    // A launch comes next; until then nothing is made, so that a look at this backend leaves nothing.
    if (this.#options.reserve !== false) {
      reservePipes()
      watchdogClient().open()
    }
    return undefined
  }

  async launch(
    fn: LambdaFunction,
    code: CodeZip | undefined,
    layers: readonly LayerZip[],
    _deployId: DeployId,
    signal?: AbortSignal,
  ): Promise<WarmInstance> {
    const reason = await this.prepare(fn)
    if (reason !== undefined)
      throw new RuntimeError('UNSUPPORTED_RUNTIME', `process can't run "${fn.functionName}": ${reason}.`, {
        data: { runtime: fn.runtime },
      })
    if (code === undefined) throw new RuntimeError('NO_CODE_ZIP', `process can't run "${fn.functionName}": it has no code.`)
    void sweepInBackground(this.name, () => reapStale())
    const id = newInstanceId()
    const folders = createInstanceFolders(id)
    const instance = this.#createInstance(fn, id, folders, { code, layers })
    this.#instances.set(id, instance)
    const giveUp = (): void => void instance.end()
    signal?.addEventListener('abort', giveUp, { once: true })
    if (signal?.aborted) giveUp()
    try {
      await instance.launch()
      return instance
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async terminate(handle: BackendHandle): Promise<void> {
    if (handle.kind !== 'process') return
    await this.#instances.get(handle.id)?.end()
    replenishPipes()
  }

  reapStale(options: { readonly dryRun?: boolean } = {}): Promise<ReapReport> {
    return reapStale(options)
  }

  async sessionResources(session: string): Promise<readonly SessionResource[]> {
    return sessionProcesses(session)
  }

  async instanceLogs(handle: BackendHandle): Promise<string | undefined> {
    return handle.kind === 'process' ? this.#instances.get(handle.id)?.recentLogs() : undefined
  }

  hostUrl(url: URL): string {
    return url.href
  }

  #createInstance(
    fn: LambdaFunction,
    id: string,
    folders: InstanceFolders,
    package_: { code: CodeZip; layers: readonly LayerZip[] },
  ): EnvironmentInstance {
    let sandbox: ProcessSandbox | undefined
    const registration = register<ProcessResource>({ kind: 'process', instanceId: id, folder: folders.root })
    const listening = Promise.withResolvers<number>()
    handled(listening.promise)
    const environment = new ExecutionEnvironment({
      fn,
      id,
      backend: this.name,
      onLateLine: lateLineNotice(fn.functionName),
      createSandbox: events => {
        sandbox = new ProcessSandbox(
          {
            instanceId: id,
            folders,
            taskRoot: wantsPrivateTmp() ? PRIVATE_PLACES.task : folders.task,
            memoryLimit: isMeasured() ? fn.memorySize * 1_048_576 : undefined,
            graceful: process.env.NODE_V8_COVERAGE !== undefined,
            fifo: handled(Fifo.create(events.output)),
            // Without waiting until the watchdog knows: it sees the folder as soon as it looks, and a test's fakes may keep its answer away.
            command: handled(this.#prepare(fn, id, folders, package_, listening.promise)),
            onConnection: socket => environment.api.accept(socket),
            onStarted: pid => registration.update({ pid, startTime: startTimeOf(pid) ?? '' }),
            onDescendants: descendants => registration.update({ descendants }),
            onEnded: () => {
              registration.release()
              this.#instances.delete(id)
              if (this.#instances.size === 0) currentSession().removeFolder()
            },
          },
          events,
        )
        return sandbox
      },
    })
    environment.api.listen().then(listening.resolve, listening.reject)
    const place = sandbox as unknown as ProcessSandbox
    return new EnvironmentInstance({
      fn,
      environment,
      taskRoot: place.taskRoot,
      pid: () => place.pid,
      handle: () => ({
        kind: 'process',
        id,
        pid: place.pid,
        startTime: place.pid === undefined ? undefined : startTimeOf(place.pid),
      }),
    })
  }

  /** Unpacks layers, then code, and settles what is started with which variables. */
  async #prepare(
    fn: LambdaFunction,
    id: string,
    { root, task, opt, tmp }: InstanceFolders,
    { code, layers }: { code: CodeZip; layers: readonly LayerZip[] },
    listening: Promise<number>,
  ): Promise<RuntimeCommand> {
    for (const layer of layers) await extractZip(layer, opt)
    await extractZip(code, task)
    const isPrivate = wantsPrivateTmp()
    if (isPrivate) await ensurePrivateTmp()
    const seen = isPrivate ? PRIVATE_PLACES : { task, opt }
    const variables = lambdaVariables(fn, {
      runtimeApi: `127.0.0.1:${await listening}`,
      logStreamName: logStreamName(id, now()),
      taskRoot: seen.task,
      opt: seen.opt,
      runtimeDirectory: runtimeDirectory(fn.runtime),
      path: `${process.env.PATH ?? '/usr/bin:/bin'}:${seen.opt}/bin`,
    })
    const { NODE_V8_COVERAGE } = process.env
    const env = {
      ...(isPrivate ? {} : { TMPDIR: tmp }),
      ...variables,
      ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }),
    }
    const family = fn.runtime?.startsWith('nodejs') ? 'nodejs' : 'python'
    const command = await runtimeCommand(fn, { env, places: { task, opt }, seen, bootstrap: this.#options.bootstraps?.[family] })
    return isPrivate ? withPrivateTmp(command, { root }) : command
  }
}

// Coverage and a debugger need memory that a function on AWS doesn't.
const isMeasured = (): boolean => process.env.NODE_V8_COVERAGE === undefined

/** Whoever awaits it hears of its failure; until then it is no unhandled rejection. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
