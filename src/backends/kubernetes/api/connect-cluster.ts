import { existsSync } from 'node:fs'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { type KubernetesOptions, type KubernetesSettings, misconfigured, settleOptions } from '../kubernetes-options.ts'
import { WorkerLease } from '../lease/worker-lease.ts'
import { WORKER_LABEL } from '../object-metadata.ts'
import { ApiError, hasStatus } from './api-error.ts'
import type { Cluster } from './cluster.ts'
import { KubernetesApi } from './kubernetes-api.ts'
import { type KubernetesClient, loadClient } from './load-client.ts'
import { PodWatch } from './pod-watch.ts'
import { leasesPath } from './resources.ts'

/**
 * The cluster that the options and the environment name, asked for something that every session needs.
 * @throws RuntimeError `BACKEND_UNAVAILABLE`, `BACKEND_MISCONFIGURED`, `MISSING_PEER`
 */
export async function connectCluster(options: KubernetesOptions): Promise<Cluster> {
  const client = await loadClient()
  const settings = settleOptions(options, client.loadYaml)
  const config = readConfig(client, settings)
  // One that is read later may name another cluster or nobody: then what is there stays.
  const load = (): typeof config => {
    const present = readConfig(client, settings)
    return present.getCurrentCluster()?.server === config.getCurrentCluster()?.server ? present : config
  }
  const namespace = settings.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default'
  const api = new KubernetesApi(load, client)
  try {
    if (settings.createNamespace) await createNamespace(api, namespace)
    await api.request('GET', leasesPath(namespace), { query: { limit: 1 } })
  } catch (error) {
    throw unavailable(error, api.server, namespace)
  }
  const lease = new WorkerLease(api, namespace)
  const context = config.getCurrentContext()
  return { api, context, namespace, settings, lease, watch: new PodWatch(api, namespace, `${WORKER_LABEL}=${lease.worker}`) }
}

function readConfig(
  client: KubernetesClient,
  { kubeconfig, context }: KubernetesSettings,
): InstanceType<KubernetesClient['KubeConfig']> {
  const config = new client.KubeConfig()
  try {
    if (kubeconfig === undefined) config.loadFromDefault()
    else config.loadFromFile(kubeconfig)
  } catch (cause) {
    throw misconfigured(`the kubeconfig can't be read: ${(cause as Error).message}`, cause)
  }
  if (context !== undefined) {
    const names = config.getContexts().map(({ name }) => name)
    if (!names.includes(context)) {
      throw misconfigured(`the kubeconfig has no context ${JSON.stringify(context)}; it has ${names.join(', ') || 'none'}`)
    }
    config.setCurrentContext(context)
  }
  const cluster = config.getCurrentCluster()
  if (cluster === null)
    throw misconfigured('the kubeconfig has no current context: name one by LAMBDA_FIXTURES_KUBERNETES_CONTEXT')
  // What the client falls back to where it finds nothing at all.
  if (cluster.server === 'http://localhost:8080' && cluster.name === 'cluster') {
    throw new RuntimeError(
      'BACKEND_UNAVAILABLE',
      'there is no kubeconfig (KUBECONFIG, ~/.kube/config) and no service account (this is no pod)',
      { data: { backend: 'kubernetes' } },
    )
  }
  if (cluster.caFile !== undefined && !existsSync(cluster.caFile))
    throw misconfigured(`the cluster's ${cluster.caFile} isn't there`)
  return config
}

async function createNamespace(api: KubernetesApi, name: string): Promise<void> {
  try {
    await api.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
  } catch (error) {
    if (!hasStatus(error, 409)) throw error
  }
}

function unavailable(error: unknown, server: string, namespace: string): RuntimeError {
  const said = (error as Error).message
  const data = { backend: 'kubernetes', server, namespace }
  if (!(error instanceof ApiError)) {
    return new RuntimeError('BACKEND_UNAVAILABLE', `the API server ${server} can't be reached: ${said}`, { data, cause: error })
  }
  const why: Readonly<Record<number, string>> = {
    401: `the credentials of the kubeconfig are not, or no more, accepted by ${server}: ${said}`,
    403: `${server} does not let us: ${said} (docs/kubernetes-rbac.yaml has all the rights that are needed)`,
  }
  return new RuntimeError('BACKEND_UNAVAILABLE', why[error.status] ?? `${server} says: ${said}`, { data, cause: error })
}
