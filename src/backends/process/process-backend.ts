import { extractPackage } from '../../code/extract-package.ts'
import { lambdaVariables, logStreamName } from '../../emulator/environment/environment-variables.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { CodeZip, DeployId, LayerZip } from '../../model/code-package.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { ReapReport } from '../../model/reap-report.ts'
import type { ProcessResource } from '../../model/resource.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { now } from '../../platform/clock.ts'
import { register } from '../../reaper/register.ts'
import { currentSession, newInstanceId } from '../../reaper/session.ts'
import { reapStale } from '../../reaper/sweep/reap-stale.ts'
import { sessionProcesses } from '../../reaper/sweep/session-processes.ts'
import { watchdogClient } from '../../reaper/watchdog/client/watchdog-client.ts'
import type { BackendHandle, LambdaBackend, WarmInstance } from '../backend.ts'
import { LiveInstances } from '../instance/live-instances.ts'
import { noticeOnce } from '../notice.ts'
import { createInstanceFolders, type InstanceFolders } from './instance-folders.ts'
import { reservePipes } from './output/pipe-stock.ts'
import { ensurePrivateTmp, PRIVATE_FOLDERS, wantsPrivateTmp, withPrivateTmp } from './private-tmp.ts'
import { ProcessSandbox } from './process-sandbox.ts'
import { type Bootstrap, type RuntimeCommand, runtimeCommand, runtimeDirectory } from './runtime-command.ts'

export interface ProcessBackendOptions {
  /** `false`: {@link ProcessBackend.prepare} starts nothing. For callers that only ask or sweep. */
  readonly reserve?: false
  /** What starts instead of this library's own bootstraps. */
  readonly bootstraps?: { readonly nodejs?: Bootstrap; readonly python?: Bootstrap }
}

/** Runs functions as child processes of the test process. Needs no installation, and few milliseconds more than their interpreter. */
export class ProcessBackend implements LambdaBackend {
  readonly name = 'process'
  readonly #options: ProcessBackendOptions
  readonly #instances = new LiveInstances(() => currentSession().removeFolder())

  constructor(options: ProcessBackendOptions = {}) {
    this.#options = options
  }

  async prepare(fn: LambdaFunction): Promise<string | undefined> {
    const reason = refusal(fn)
    // A launch follows, so what it will need is begun.
    if (reason === undefined && this.#options.reserve !== false) {
      reservePipes()
      watchdogClient().open()
    }
    return reason
  }

  async launch(
    fn: LambdaFunction,
    code: CodeZip | undefined,
    layers: readonly LayerZip[],
    _deployId: DeployId,
    signal?: AbortSignal,
  ): Promise<WarmInstance> {
    const reason = refusal(fn)
    if (reason !== undefined)
      throw new RuntimeError('UNSUPPORTED_RUNTIME', `process can't run "${fn.functionName}": ${reason}.`, {
        data: { runtime: fn.runtime },
      })
    if (code === undefined) throw new RuntimeError('NO_CODE_ZIP', `process can't run "${fn.functionName}": it has no code.`)
    const id = newInstanceId()
    const sandbox = this.#createSandbox(fn, id, { code, layers })
    const handle = (): BackendHandle => ({
      kind: 'process',
      id,
      pid: sandbox.runtime?.pid,
      startTime: sandbox.runtime?.startTime,
    })
    return await this.#instances.launch({ fn, id, backend: this.name, sandbox, taskRoot: sandbox.taskRoot, handle }, signal)
  }

  async terminate(handle: BackendHandle): Promise<void> {
    await this.#instances.find(handle)?.end()
  }

  reapStale(options: { readonly dryRun?: boolean } = {}): Promise<ReapReport> {
    return reapStale(options)
  }

  async sessionResources(session: string): Promise<readonly SessionResource[]> {
    return sessionProcesses(session)
  }

  async instanceLogs(handle: BackendHandle): Promise<string | undefined> {
    return this.#instances.find(handle)?.recentLogs()
  }

  hostUrl(url: URL): string {
    return url.href
  }

  #createSandbox(fn: LambdaFunction, id: string, contents: { code: CodeZip; layers: readonly LayerZip[] }): ProcessSandbox {
    const folders = createInstanceFolders(id)
    const registration = register<ProcessResource>({
      kind: 'process',
      instanceId: id,
      folder: folders.root,
    })
    return new ProcessSandbox({
      instanceId: id,
      folders,
      taskRoot: wantsPrivateTmp() ? PRIVATE_FOLDERS.task : folders.task,
      // Coverage needs memory that a function on AWS does not.
      memoryLimit: process.env.NODE_V8_COVERAGE === undefined ? fn.memorySize * 1_048_576 : undefined,
      graceful: process.env.NODE_V8_COVERAGE !== undefined,
      // The launch does not wait until the watchdog knows the resource, because the watchdog finds its folder without being told.
      prepare: port => this.#prepare({ fn, id, folders, ...contents }, port),
      onStarted: runtime => registration.update(runtime),
      onDescendants: descendants => registration.update({ descendants }),
      onEnded: problems => {
        // What is left stays registered: the watchdog tries again when this process has ended.
        if (problems.length === 0) registration.release()
        for (const [index, problem] of problems.entries())
          noticeOnce(
            `left-${id}-${index}`,
            `"${fn.functionName}" has ended, but ${problem}. "npx lambda-fixtures reap" tries again.`,
          )
      },
    })
  }

  /** Unpacks layers, then code, and decides how the runtime is started. */
  async #prepare({ fn, id, folders, code, layers }: Contents, port: Promise<number>): Promise<RuntimeCommand> {
    const { root, task, opt, tmp } = folders
    const isPrivate = wantsPrivateTmp()
    if (isPrivate) await ensurePrivateTmp()
    const seen = isPrivate ? PRIVATE_FOLDERS : { task, opt }
    const functionFolders = { '/var/task': seen.task, '/opt': seen.opt, '/tmp': isPrivate ? '/tmp' : tmp }
    for (const layer of layers) await extractPackage(layer, { directory: opt, root: '/opt', folders: functionFolders })
    await extractPackage(code, { directory: task, root: '/var/task', folders: functionFolders })
    const variables = lambdaVariables(fn, {
      runtimeApi: `127.0.0.1:${await port}`,
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
    const command = await runtimeCommand(fn, { env, folders, seen, bootstrap: this.#options.bootstraps?.[family] })
    return isPrivate ? withPrivateTmp(command, { root }) : command
  }
}

interface Contents {
  readonly fn: LambdaFunction
  readonly id: string
  readonly folders: InstanceFolders
  readonly code: CodeZip
  readonly layers: readonly LayerZip[]
}

function refusal(fn: LambdaFunction): string | undefined {
  if (process.platform === 'win32') return 'it does not run on Windows'
  if (fn.imageBuild !== undefined) return 'it runs no images; docker and podman build and run them'
  if (fn.imageUri !== undefined) return 'it runs no images'
  if (/^(nodejs\d+\.x|python3\.\d+|provided\.al2(023)?)$/.test(fn.runtime ?? '')) return undefined
  return `it runs nodejs, python and provided, not ${fn.runtime}; docker, podman and kubernetes do`
}
