import type Docker from 'dockerode'
import { createDebug } from 'obug'
import { logStreamName } from '../../../emulator/environment/environment-variables.ts'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { CodeZip, DeployId, LayerZip } from '../../../model/code-package.ts'
import type { LambdaFunction } from '../../../model/lambda-function.ts'
import type { ContainerResource } from '../../../model/resource.ts'
import { now } from '../../../platform/clock.ts'
import { LABELS, labelsFor } from '../../../reaper/labels.ts'
import { type Registration, register } from '../../../reaper/register.ts'
import { shortInstanceId } from '../../../reaper/session.ts'
import type { BackendHandle } from '../../backend.ts'
import { startFile } from '../../init/init-control.ts'
import { InitSandbox } from '../../init/init-sandbox.ts'
import { initSettings, START_PATH } from '../../init/init-settings.ts'
import { isInstanceLost } from '../../init/tunnel/instance-lost.ts'
import { containerVariables } from '../../instance/container-variables.ts'
import type { ReachableHost } from '../../instance/host-access.ts'
import { startCommand } from '../../instance/start-command.ts'
import type { Engine } from '../connection/engine.ts'
import type { ImageInfo } from '../images/images.ts'
import { testcontainersLabels } from '../testcontainers.ts'
import { readArchive } from './archive.ts'
import { explainEnd } from './container-end.ts'
import { type CreatedContainer, createContainer } from './create-container.ts'
import { openEngineStream } from './engine-stream.ts'
import { ProcessorShare } from './processor-share.ts'
import { removeContainer } from './remove-container.ts'

const debug = createDebug('lambda-fixtures:containers')

/** Engines set these; AWS does not. */
const ENGINE_VARIABLES = ['HOME', 'HOSTNAME', 'TERM', 'container']

export interface FunctionContainerOptions {
  readonly instanceId: string
  readonly engine: Engine
  readonly image: ImageInfo
  readonly fn: LambdaFunction
  readonly code: CodeZip | undefined
  readonly layers: readonly LayerZip[]
  readonly deployId: DeployId
  readonly host: ReachableHost
  /** Called with a function that tries the removal again, if the engine refuses it. */
  readonly onRefusedRemoval: (remove: () => Promise<void>) => void
}

/** One container, from its registration to its removal. */
export class FunctionContainer {
  readonly sandbox: InitSandbox
  readonly #options: FunctionContainerOptions
  readonly #init: ReturnType<typeof initSettings>
  /** The init finds its first command in a file, and so starts the runtime while the stream to it is still being opened. */
  readonly #startsByFile: boolean
  #registration: Registration<ContainerResource> | undefined
  #creating: Promise<CreatedContainer> | undefined
  #container: Docker.Container | undefined
  #share: ProcessorShare | undefined
  #since = now()
  #ended = false

  constructor(options: FunctionContainerOptions) {
    this.#options = options
    // A runtime that needs ports of this machine has to wait until the stream carries them.
    this.#startsByFile = options.host.ports.length === 0
    this.#init = initSettings({
      id: options.instanceId,
      unset: ENGINE_VARIABLES.filter(name => !(name in options.image.environment)),
      memory: options.fn.memorySize * 1_048_576,
      ...(this.#startsByFile && { startFile: START_PATH }),
    })
    this.sandbox = new InitSandbox({
      token: this.#init.token,
      startsByFile: this.#startsByFile,
      create: () => this.#create(),
      open: () => openEngineStream(options.engine, this.#container as Docker.Container, this.#init.exec),
      remove: () => this.#remove(),
      onStopped: () => this.#share?.lift(),
      onInitialised: () => this.#share?.limit(),
      explain: () => this.#explain(),
    })
  }

  /** Without an id until the engine has created the container. */
  get handle(): BackendHandle {
    return { kind: 'container', id: this.#container?.id ?? '' }
  }

  /** Creates and starts the container, and connects to its init. @throws RuntimeError `INSTANCE_START_FAILED` */
  async #create(): Promise<void> {
    const { fn, image, host, instanceId } = this.#options
    const environment = containerVariables(fn, image, logStreamName(instanceId, now()))
    const command = { ...startCommand(fn, image), environment }
    try {
      const start = this.#startsByFile ? startFile(command) : undefined
      const archive = readArchive({ ...this.#options, architecture: image.architecture, start })
      archive.catch(() => undefined)
      this.#creating = this.#createContainer()
      const { container, archiveRoot } = await this.#creating
      this.#container = container
      this.#share = new ProcessorShare(this.#options.engine, container, fn.memorySize)
      const packed = (await archive)(archiveRoot) as unknown as NodeJS.ReadableStream
      await container.putArchive(packed, { path: archiveRoot })
      if (this.#ended) throw new Error('it was terminated while it started')
      await container.start()
    } catch (error) {
      throw this.#startError(error)
    }
    const unreachable = (port: number, error: Error): void =>
      debug(`${fn.functionName}: localhost:${port} of this machine can't be reached inside: ${error.message}`)
    try {
      await this.sandbox.connect(command, host.ports, unreachable)
    } catch (error) {
      const reason = await this.#explain().catch(() => undefined)
      throw this.#startError(reason === undefined ? error : new Error(reason, { cause: error }))
    }
  }

  /** Call it when the first init phase is over: only that has all the processor time there is. */
  initialised(): void {
    this.#share?.limit()
  }

  async #createContainer(): Promise<CreatedContainer> {
    const { engine, image, fn, deployId, instanceId, host } = this.#options
    const { functionName } = fn
    const labels = { ...labelsFor({ instanceId, functionName, deployId }), ...testcontainersLabels() }
    if (engine.address !== undefined) {
      const { session, instance } = LABELS
      const own = { [session]: labels[session]!, [instance]: instanceId }
      this.#registration = register<ContainerResource>({ kind: 'container', engine: engine.address, labels: own })
      // If this process dies now, the watchdog has to know the container.
      await this.#registration.known
    }
    this.#since = now()
    return await createContainer(engine, {
      name: `lambda-${functionName}-${shortInstanceId(instanceId)}`,
      fn,
      image: image.reference,
      labels,
      environment: this.#init.environment,
      host,
    })
  }

  async #explain(): Promise<string | undefined> {
    return this.#container && (await explainEnd(this.#options.engine.docker, this.#container.id, this.#since))
  }

  async #remove(): Promise<void> {
    this.#ended = true
    const container = (await this.#creating?.catch(() => undefined))?.container
    try {
      if (container !== undefined) await removeContainer(container)
      this.#registration?.release()
    } catch (error) {
      // The backend tries again with its next launch or end, and the watchdog when this process has ended.
      this.#options.onRefusedRemoval(() => this.#remove())
      debug(`${this.#options.fn.functionName}: container ${container?.id} could not be removed: ${(error as Error).message}`)
    }
  }

  #startError(error: unknown): RuntimeError {
    if (error instanceof RuntimeError && !isInstanceLost(error)) return error
    const { engine, fn, image } = this.#options
    const reason = (error as Error).message.trim().replace(/\.$/, '')
    // Not every engine says that it could not execute a program.
    const remedy =
      fn.architecture === engine.architecture
        ? ''
        : ` If this engine can't run programs for ${fn.architecture}, install an emulation (docker run --privileged --rm tonistiigi/binfmt --install all), or set architecture: '${engine.architecture}'.`
    return new RuntimeError(
      'INSTANCE_START_FAILED',
      `${engine.backend} could not start a container of ${image.reference} for "${fn.functionName}": ${reason}.${remedy}`,
      { data: { functionName: fn.functionName, backend: engine.backend, image: image.reference }, cause: error },
    )
  }
}
