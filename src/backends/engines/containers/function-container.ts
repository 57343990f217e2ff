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

/** Set by engines; AWS has none of them. */
const ENGINE_VARIABLES = ['HOME', 'HOSTNAME', 'TERM', 'container']

export interface FunctionContainerOptions {
  readonly instanceId: string
  readonly engine: Engine
  readonly image: ImageInfo
  readonly fn: LambdaFunction
  readonly code: CodeZip | undefined
  readonly layers: readonly LayerZip[]
  readonly deployId: DeployId
  /** Of this machine, to be reached inside. */
  readonly ports: readonly number[]
  /** It could not be removed, which may be tried again. */
  readonly onLeft: (remove: () => Promise<void>) => void
}

/** One container, from its registration to its removal. */
export class FunctionContainer {
  readonly sandbox: InitSandbox
  readonly #options: FunctionContainerOptions
  readonly #init: ReturnType<typeof initSettings>
  /** The runtime starts with the container, while the stream to it is still being opened. */
  readonly #startsByFile: boolean
  #registration: Registration<ContainerResource> | undefined
  #creating: Promise<CreatedContainer> | undefined
  #container: Docker.Container | undefined
  #share: ProcessorShare | undefined
  #since = now()
  #ended = false

  constructor(options: FunctionContainerOptions) {
    this.#options = options
    // Its services must be there first.
    this.#startsByFile = options.ports.length === 0
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
      explain: async () => explainEnd(options.engine.docker, this.id ?? '', this.#since),
    })
  }

  get handle(): BackendHandle {
    return { kind: 'container', id: this.id ?? '' }
  }

  /** The engine's id. */
  get id(): string | undefined {
    return this.#container?.id
  }

  /** Everything until the init is there. @throws RuntimeError `INSTANCE_START_FAILED` */
  async #create(): Promise<void> {
    const { fn, image, ports, instanceId } = this.#options
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
      await this.sandbox.connect(command, ports, unreachable)
    } catch (error) {
      const reason = await explainEnd(this.#options.engine.docker, this.id ?? '', this.#since).catch(() => undefined)
      throw this.#startError(reason === undefined ? error : new Error(reason, { cause: error }))
    }
  }

  /** Its first init is over: from now on the function has the processor time that its memory size gives it. */
  initialised(): void {
    this.#share?.limit()
  }

  async #createContainer(): Promise<CreatedContainer> {
    const { engine, image, fn, deployId, instanceId, ports } = this.#options
    const { functionName } = fn
    const labels = { ...labelsFor({ instanceId, functionName, deployId }), ...testcontainersLabels() }
    if (engine.address !== undefined) {
      const { session, instance } = LABELS
      const own = { [session]: labels[session]!, [instance]: instanceId }
      this.#registration = register<ContainerResource>({ kind: 'container', engine: engine.address, labels: own })
      // Nothing is created that nobody would remove.
      await this.#registration.known
    }
    this.#since = now()
    return await createContainer(engine, {
      name: `lambda-${functionName}-${shortInstanceId(instanceId)}`,
      fn,
      image: image.reference,
      labels,
      environment: this.#init.environment,
      lowPorts: ports.some(port => port < 1024),
    })
  }

  async #remove(): Promise<void> {
    this.#ended = true
    const container = (await this.#creating?.catch(() => undefined))?.container
    try {
      if (container !== undefined) await removeContainer(container)
      this.#registration?.release()
    } catch (error) {
      // This process tries again with the next function that comes or ends, and the watchdog when it has ended.
      this.#options.onLeft(() => this.#remove())
      debug(`${this.#options.fn.functionName}: container ${container?.id} could not be removed: ${(error as Error).message}`)
    }
  }

  #startError(error: unknown): RuntimeError {
    if (error instanceof RuntimeError && !isInstanceLost(error)) return error
    const { engine, fn, image } = this.#options
    const said = (error as Error).message.trim().replace(/\.$/, '')
    // Not every engine says that it could not execute a program.
    const foreign =
      fn.architecture === engine.architecture
        ? ''
        : ` Can this engine run programs for ${fn.architecture}? Install its emulation (docker run --privileged --rm tonistiigi/binfmt --install all), or set architecture: '${engine.architecture}'.`
    return new RuntimeError(
      'INSTANCE_START_FAILED',
      `${engine.backend} could not start a container of ${image.reference} for "${fn.functionName}": ${said}.${foreign}`,
      { data: { functionName: fn.functionName, backend: engine.backend, image: image.reference }, cause: error },
    )
  }
}
