import { createDebug } from 'obug'
import { logStreamName } from '../../../emulator/environment/environment-variables.ts'
import type { CodeZip, DeployId, LayerZip } from '../../../model/code-package.ts'
import type { LambdaFunction } from '../../../model/lambda-function.ts'
import { now, within } from '../../../platform/clock.ts'
import type { BackendHandle } from '../../backend.ts'
import type { ImageInfo } from '../../engines/images/images.ts'
import type { StartCommand } from '../../init/init-control.ts'
import { InitSandbox } from '../../init/init-sandbox.ts'
import { initSettings } from '../../init/init-settings.ts'
import { instanceLost } from '../../init/tunnel/instance-lost.ts'
import type { ViewStream } from '../../init/tunnel/view-stream.ts'
import { containerVariables } from '../../instance/container-variables.ts'
import { startCommand } from '../../instance/start-command.ts'
import type { Cluster } from '../api/cluster.ts'
import { podsPath } from '../api/resources.ts'
import { podName } from '../object-metadata.ts'
import { kubeletVariables } from './kubelet-variables.ts'
import { launchError } from './launch-error.ts'
import { isNodeLost } from './pod-failure.ts'
import { podFiles, WRITABLE } from './pod-files.ts'
import { podSpec } from './pod-spec.ts'
import { PodState } from './pod-state.ts'
import { removePod } from './remove-pod.ts'

const debug = createDebug('lambda-fixtures:kubernetes')

/** Restarting an API server takes some seconds, during which there is no stream. */
const GRACE_MS = 25_000
const INIT_GRACE_MS = 30_000
/** When a node dies, no connection ends, so the init is asked now and then. The cluster itself reports a lost node after 40 to 50 s. */
const HEARTBEAT_MS = 30_000
/** The cluster reports the end of a pod about a second later. */
const EXPLAIN_MS = 3_000

export interface FunctionPodOptions {
  readonly instanceId: string
  readonly cluster: Cluster
  readonly image: ImageInfo
  readonly fn: LambdaFunction
  readonly code: CodeZip | undefined
  readonly layers: readonly LayerZip[]
  readonly deployId: DeployId
  /** Ports of this machine that must be reachable in the pod. */
  readonly ports: readonly number[]
}

/** One pod, from the lease that owns it to its removal. */
export class FunctionPod {
  readonly name: string
  readonly sandbox: InitSandbox
  readonly #options: FunctionPodOptions
  readonly #init: ReturnType<typeof initSettings>
  readonly #state: PodState
  #creating: Promise<void> | undefined
  #unfollow: () => void = () => undefined
  #hasLease = false
  #connected = false
  #ended = false

  constructor(options: FunctionPodOptions) {
    const { cluster, fn, instanceId } = options
    this.#options = options
    this.#state = new PodState({
      failure: ({ reason }) => {
        if (this.#connected && !this.#ended) void this.sandbox.lose(instanceLost(`its pod ${reason}`))
      },
      // Only a new stream shows whether the pod can still be reached.
      nodeLost: () => this.sandbox.breakStream(),
    })
    this.name = podName(fn.functionName, instanceId)
    const { startTimeout } = cluster.settings
    this.#init = initSettings({
      id: instanceId,
      grace: INIT_GRACE_MS,
      firstStream: startTimeout,
      unset: kubeletVariables(cluster.settings.podTemplate),
      writable: [WRITABLE.task, WRITABLE.opt],
    })
    this.sandbox = new InitSandbox({
      token: this.#init.token,
      create: () => this.#create(),
      open: () => this.#open(),
      remove: () => this.#remove(),
      explain: () => this.#explain(),
      startTimeout,
      grace: GRACE_MS,
      patience: GRACE_MS + 5_000,
      heartbeat: HEARTBEAT_MS,
    })
  }

  get handle(): BackendHandle {
    return { kind: 'pod', namespace: this.#options.cluster.namespace, name: this.name }
  }

  /** Resolves when the init waits for its START command. @throws RuntimeError `INSTANCE_START_FAILED`, `IMAGE_PULL_FAILED`, `LAUNCH_TIMEOUT` */
  async #create(): Promise<void> {
    const { cluster, fn, image } = this.#options
    const { startTimeout } = cluster.settings
    try {
      await within(startTimeout, this.#prepare(), () => {
        throw instanceLost(`it was not ready to start within ${startTimeout / 1000} s`)
      })
    } catch (error) {
      throw await launchError(error, { cluster, fn, pod: this.name, image: image.reference, state: this.#state })
    }
  }

  async #prepare(): Promise<void> {
    const { fn, code, layers, ports } = this.#options
    this.#creating = this.#createPod()
    await this.#creating
    this.#checkNotEnded()
    await this.sandbox.connect(this.#command(), ports, (port, error) => {
      debug(`${fn.functionName}: localhost:${port} of this machine can't be reached in the pod: ${error.message}`)
    })
    this.#connected = true
    if (code !== undefined) await this.sandbox.putFiles(podFiles(code, layers))
  }

  #command(): StartCommand {
    const { fn, image, instanceId } = this.#options
    return { ...startCommand(fn, image), environment: containerVariables(fn, image, logStreamName(instanceId, now())) }
  }

  async #createPod(): Promise<void> {
    const { cluster, fn, image, instanceId, deployId, layers } = this.#options
    const { api, namespace, lease, settings, watch } = cluster
    const { startTimeout } = settings
    this.#hasLease = true
    const reference = await lease.acquire(startTimeout)
    this.#checkNotEnded()
    const followed = watch.follow(this.name, pod => this.#state.update(pod))
    this.#unfollow = followed.stop
    const body = podSpec({
      fn,
      name: this.name,
      image: image.reference,
      instanceId,
      deployId,
      worker: lease.worker,
      lease: reference,
      environment: this.#init.environment,
      hasLayers: layers.length > 0,
      template: settings.podTemplate,
    })
    await api.create(podsPath(namespace), body, { patience: startTimeout, isGivenUp: () => this.#ended })
    followed.created()
  }

  #checkNotEnded(): void {
    if (this.#ended) throw new Error('it was terminated while it started')
  }

  #open(): Promise<ViewStream> {
    const { streams, settings } = this.#options.cluster
    const isFirst = !this.#connected
    const patience = isFirst ? settings.startTimeout : GRACE_MS
    return streams.open({ pod: this.name, command: this.#init.exec, state: this.#state, patience, isFirst })
  }

  async #explain(): Promise<string | undefined> {
    if (this.#state.failure === undefined) await this.#state.change(EXPLAIN_MS)
    const { failure, pod } = this.#state
    if (failure !== undefined) return `its pod ${failure.reason}`
    return isNodeLost(pod) ? `its pod can’t be reached: the node ${pod?.spec?.nodeName} is not ready` : undefined
  }

  async #remove(): Promise<void> {
    this.#ended = true
    const { cluster, fn } = this.#options
    await this.#creating?.catch(() => undefined)
    this.#unfollow()
    try {
      await removePod(cluster.api, cluster.namespace, this.name)
    } catch (error) {
      // It will be deleted with its lease.
      debug(`${fn.functionName}: the pod ${this.name} could not be removed: ${(error as Error).message}`)
    } finally {
      if (this.#hasLease) await cluster.lease.release()
    }
  }
}
