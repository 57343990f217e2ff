import { createDebug } from 'obug'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { CodeZip, DeployId, LayerZip } from '../../model/code-package.ts'
import type { ImageBuild, LambdaFunction } from '../../model/lambda-function.ts'
import type { ReapReport } from '../../model/reap-report.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { newInstanceId } from '../../reaper/session.ts'
import { sessionContainers } from '../../reaper/sweep/session-containers.ts'
import { Sweep, type SweepOptions } from '../../reaper/sweep/sweep.ts'
import { sweepEngine } from '../../reaper/sweep/sweep-engine.ts'
import { sweepInBackground } from '../../reaper/sweep/sweep-in-background.ts'
import { watchdogClient } from '../../reaper/watchdog/client/watchdog-client.ts'
import type { BackendHandle, LambdaBackend, WarmInstance } from '../backend.ts'
import { HostAccess } from '../instance/host-access.ts'
import { LiveInstances } from '../instance/live-instances.ts'
import { mirrored, runtimeImage } from '../instance/runtime-image.ts'
import { connectEngine } from './connection/connect-engine.ts'
import type { Engine } from './connection/engine.ts'
import type { EngineHost } from './connection/engine-hosts.ts'
import { FunctionContainer } from './containers/function-container.ts'
import { removeContainer } from './containers/remove-container.ts'
import { ImageBuilds } from './images/image-builds.ts'
import { Images } from './images/images.ts'
import { joinTestcontainers } from './testcontainers.ts'

const debug = createDebug('lambda-fixtures:containers')

interface Connected {
  readonly engine: Engine
  readonly images: Images
  readonly builds: ImageBuilds
}

/** Runs functions in containers of AWS's images, over Docker's API, with our init as PID 1 in each container. */
export class ContainerBackend implements LambdaBackend {
  readonly name: 'docker' | 'podman'
  readonly #hosts: readonly EngineHost[] | undefined
  readonly #hostAccess = new HostAccess()
  readonly #instances = new LiveInstances()
  /** Removals that the engine has refused, for example on a full disk. */
  readonly #refusedRemovals = new Set<() => Promise<void>>()
  #connected: Promise<Connected> | undefined

  /** @param hosts default: where the engine's own command line looks for it */
  constructor(name: 'docker' | 'podman', hosts?: readonly EngineHost[]) {
    this.name = name
    this.#hosts = hosts
  }

  async prepare(fn: LambdaFunction): Promise<string | undefined> {
    try {
      if (fn.imageUri === undefined) runtimeImage(fn.runtime ?? '')
      await this.#connect()
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }

  /** @throws RuntimeError `BACKEND_UNAVAILABLE` */
  async describe(): Promise<string> {
    const { engine } = await this.#connect()
    const { Version } = await engine.docker.version()
    return `${engine.flavour} ${Version} at ${engine.url}`
  }

  async launch(
    fn: LambdaFunction,
    code: CodeZip | undefined,
    layers: readonly LayerZip[],
    deployId: DeployId,
    signal?: AbortSignal,
  ): Promise<WarmInstance> {
    if (fn.imageUri === undefined && code === undefined)
      throw new RuntimeError('NO_CODE_ZIP', `${this.name} can't run "${fn.functionName}": it has no code.`)
    watchdogClient().open()
    const { engine, images } = await this.#connect()
    void this.#retryRemovals()
    void sweepInBackground(this.name, () => this.reapStale())
    const reference = fn.imageUri === undefined ? runtimeImage(fn.runtime ?? '') : mirrored(fn.imageUri)
    const image = await images.get(reference, fn.architecture, signal)
    const id = newInstanceId()
    const container = new FunctionContainer({
      instanceId: id,
      engine,
      image,
      fn,
      code,
      layers,
      deployId,
      host: this.#hostAccess.reachableBy(fn),
      onRefusedRemoval: remove => void this.#refusedRemovals.add(remove),
    })
    const { sandbox } = container
    const options = { fn, id, backend: this.name, sandbox, taskRoot: '/var/task', handle: () => container.handle }
    const instance = await this.#instances.launch(options, signal).catch((error: unknown) => {
      images.forget(reference)
      throw error
    })
    container.initialised()
    joinTestcontainers(engine)
    return instance
  }

  async terminate(handle: BackendHandle): Promise<void> {
    if (handle.kind !== 'container') return
    const instance = this.#instances.find(handle)
    if (instance !== undefined) return void (await Promise.all([this.#retryRemovals(), instance.end()]))
    if (handle.id === '') return
    try {
      const { engine } = await this.#connect()
      await removeContainer(engine.docker.getContainer(handle.id))
    } catch (error) {
      debug(`${this.name}: ${handle.id} could not be removed: ${(error as Error).message}`)
    }
  }

  /** @throws RuntimeError `BACKEND_UNAVAILABLE` */
  async reapStale(options?: SweepOptions): Promise<ReapReport> {
    const sweep = new Sweep(options)
    const { engine } = await this.#connect()
    if (engine.address !== undefined) await sweepEngine(this.name, engine.address, sweep)
    return sweep.report
  }

  /** @throws RuntimeError `BACKEND_UNAVAILABLE` */
  async sessionResources(session: string): Promise<readonly SessionResource[]> {
    const { engine } = await this.#connect()
    return engine.address === undefined ? [] : sessionContainers(this.name, engine.address, session)
  }

  async instanceLogs(handle: BackendHandle): Promise<string | undefined> {
    return this.#instances.find(handle)?.recentLogs()
  }

  async prepullImage(image: string, signal?: AbortSignal): Promise<void> {
    const { engine, images } = await this.#connect()
    await images.get(mirrored(image), engine.architecture, signal)
  }

  async buildImage(build: ImageBuild, architecture: string, signal?: AbortSignal): Promise<string> {
    const { builds } = await this.#connect()
    return await builds.get(build, architecture, signal)
  }

  hostUrl(url: URL): string {
    return this.#hostAccess.hostUrl(url)
  }

  async #retryRemovals(): Promise<void> {
    const removals = [...this.#refusedRemovals]
    this.#refusedRemovals.clear()
    await Promise.all(removals.map(remove => remove()))
  }

  #connect(): Promise<Connected> {
    if (this.#connected === undefined) {
      const connecting = connectEngine(this.name, this.#hosts).then(engine => {
        debug(`${this.name}: ${engine.flavour} ${engine.architecture} at ${engine.url}`)
        return { engine, images: new Images(engine), builds: new ImageBuilds(engine) }
      })
      this.#connected = connecting
      connecting.catch(() => {
        this.#connected = undefined
      })
    }
    return this.#connected
  }
}
