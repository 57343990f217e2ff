import { existsSync } from 'node:fs'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { type KubernetesOptions, type KubernetesSettings, misconfigured, settleOptions } from '../kubernetes-options.ts'
import { WorkerLease } from '../lease/worker-lease.ts'
import { WORKER_LABEL } from '../object-metadata.ts'
import { PodStreams } from '../pod/pod-streams.ts'
import { ApiError, hasStatus } from './api-error.ts'
import type { Cluster } from './cluster.ts'
import { KubernetesApi } from './kubernetes-api.ts'
import { type KubernetesClient, loadClient } from './load-client.ts'
import { PodWatch } from './pod-watch.ts'
import { leasesPath } from './resources.ts'

/**
 * Connects to the cluster that the options and the environment name, and checks that it lists the leases of the namespace.
 * @throws RuntimeError `BACKEND_UNAVAILABLE`, `BACKEND_MISCONFIGURED`, `MISSING_PEER`
 */
export async function connectCluster(options: KubernetesOptions): Promise<Cluster> {
  const client = await loadClient()
  const settings = settleOptions(options, client.loadYaml)
  const config = readConfig(client, settings)
  // If a later version names another cluster or none, the first one stays.
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
  const watch = new PodWatch(api, namespace, `${WORKER_LABEL}=${lease.worker}`)
  const streams = new PodStreams(api, namespace)
  return { api, context: config.getCurrentContext(), namespace, settings, lease, watch, streams }
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
    throw misconfigured('the kubeconfig has no current context; name one in LAMBDA_FIXTURES_KUBERNETES_CONTEXT')
  // The client's fallback if it finds no configuration.
  if (cluster.server === 'http://localhost:8080' && cluster.name === 'cluster') {
    throw new RuntimeError(
      'BACKEND_UNAVAILABLE',
      'there is no kubeconfig (KUBECONFIG, ~/.kube/config), and no service account because this is not a pod',
      { data: { backend: 'kubernetes' } },
    )
  }
  if (cluster.caFile !== undefined && !existsSync(cluster.caFile))
    throw misconfigured(`the cluster's certificate ${cluster.caFile} does not exist`)
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
    401: `${server} refuses the credentials in the kubeconfig: ${said}`,
    403: `${server} refuses the request: ${said} (docs/kubernetes-rbac.yaml lists all rights that are needed)`,
  }
  return new RuntimeError('BACKEND_UNAVAILABLE', why[error.status] ?? `${server} answers: ${said}`, { data, cause: error })
}
