import { createDebug } from 'obug'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { CodeZip, DeployId, LayerZip } from '../../model/code-package.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { ReapReport } from '../../model/reap-report.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { newInstanceId } from '../../reaper/session.ts'
import { sweepInBackground } from '../../reaper/sweep/sweep-in-background.ts'
import type { BackendHandle, LambdaBackend, WarmInstance } from '../backend.ts'
import { HostAccess } from '../instance/host-access.ts'
import { LiveInstances } from '../instance/live-instances.ts'
import { runtimeImage } from '../instance/runtime-image.ts'
import { hasStatus } from './api/api-error.ts'
import type { Cluster } from './api/cluster.ts'
import { connectCluster } from './api/connect-cluster.ts'
import { podsPath } from './api/resources.ts'
import type { KubernetesOptions } from './kubernetes-options.ts'
import { reapStaleLeases } from './lease/stale-leases.ts'
import { FunctionPod } from './pod/function-pod.ts'
import { podImage } from './pod/pod-image.ts'
import { CONTAINER } from './pod/pod-spec.ts'
import { removePod } from './pod/remove-pod.ts'
import { sessionPods } from './pod/session-pods.ts'

const debug = createDebug('lambda-fixtures:kubernetes')
const LOG_BYTES = 256 * 1024

/**
 * Runs functions as pods of a Kubernetes cluster. It needs no route from the cluster to the tests, no push to a registry and no privileged
 * pod.
 *
 * @example configure({ backend: new KubernetesBackend({ context: 'ci', namespace: 'lambda-tests' }) })
 */
export class KubernetesBackend implements LambdaBackend {
  readonly name = 'kubernetes'
  readonly #options: KubernetesOptions
  readonly #hostAccess = new HostAccess()
  readonly #instances = new LiveInstances()
  #connected: Promise<Cluster> | undefined

  constructor(options: KubernetesOptions = {}) {
    this.#options = options
  }

  async prepare(fn: LambdaFunction): Promise<string | undefined> {
    if (fn.imageBuild !== undefined)
      return 'it builds no images; build the image, push it to a registry of the cluster and set imageUri, or use docker or podman'
    try {
      if (fn.imageUri === undefined) runtimeImage(fn.runtime ?? '')
      if (fn.network !== undefined)
        return 'network is for docker and podman; a podTemplate can set hostNetwork, dnsConfig and the like'
      await this.#connect()
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }

  /** @throws RuntimeError `BACKEND_UNAVAILABLE` */
  async describe(): Promise<string> {
    const { api, context, namespace } = await this.#connect()
    const { gitVersion } = await api.request<{ readonly gitVersion: string }>('GET', '/version')
    return `Kubernetes ${gitVersion} at ${api.server}, context ${context}, namespace ${namespace}`
  }

  async launch(
    fn: LambdaFunction,
    code: CodeZip | undefined,
    layers: readonly LayerZip[],
    deployId: DeployId,
    signal?: AbortSignal,
  ): Promise<WarmInstance> {
    if (fn.imageUri === undefined && code === undefined)
      throw new RuntimeError('NO_CODE_ZIP', `kubernetes can't run "${fn.functionName}": it has no code.`)
    const image = podImage(fn)
    const cluster = await this.#connect()
    void sweepInBackground(this.name, () => this.reapStale())
    const id = newInstanceId()
    const { ports } = this.#hostAccess.reachableBy(fn)
    const pod = new FunctionPod({ instanceId: id, cluster, image, fn, code, layers, deployId, ports })
    const { sandbox } = pod
    const options = { fn, id, backend: this.name, sandbox, taskRoot: '/var/task', handle: () => pod.handle }
    return await this.#instances.launch(options, signal)
  }

  async terminate(handle: BackendHandle): Promise<void> {
    if (handle.kind !== 'pod') return
    const instance = this.#instances.find(handle)
    if (instance !== undefined) return await instance.end()
    try {
      const { api } = await this.#connect()
      await removePod(api, handle.namespace, handle.name)
    } catch (error) {
      debug(`${handle.name} could not be removed: ${(error as Error).message}`)
    }
  }

  async instanceLogs(handle: BackendHandle): Promise<string | undefined> {
    if (handle.kind !== 'pod') return undefined
    const instance = this.#instances.find(handle)
    if (instance !== undefined) return instance.recentLogs()
    const { api } = await this.#connect()
    const query = { container: CONTAINER, limitBytes: LOG_BYTES }
    try {
      return await api.text('GET', `${podsPath(handle.namespace, handle.name)}/log`, { query })
    } catch (error) {
      if (hasStatus(error, 404) || hasStatus(error, 400)) return undefined
      throw error
    }
  }

  async reapStale(options: { readonly dryRun?: boolean } = {}): Promise<ReapReport> {
    return await reapStaleLeases(await this.#connect(), options.dryRun ?? false)
  }

  /** @throws RuntimeError `BACKEND_UNAVAILABLE` */
  async sessionResources(session: string): Promise<readonly SessionResource[]> {
    return await sessionPods(await this.#connect(), session)
  }

  hostUrl(url: URL): string {
    return this.#hostAccess.hostUrl(url)
  }

  #connect(): Promise<Cluster> {
    if (this.#connected === undefined) {
      const connecting = connectCluster(this.#options)
      this.#connected = connecting
      connecting.catch(() => {
        this.#connected = undefined
      })
    }
    return this.#connected
  }
}
