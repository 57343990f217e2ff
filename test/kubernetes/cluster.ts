import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasStatus } from '../../src/backends/kubernetes/api/api-error.ts'
import { KubernetesApi } from '../../src/backends/kubernetes/api/kubernetes-api.ts'
import { loadClient } from '../../src/backends/kubernetes/api/load-client.ts'
import type { Lease, Listed, Pod } from '../../src/backends/kubernetes/api/resources.ts'

const RBAC = fileURLToPath(new URL('../../docs/kubernetes-rbac.yaml', import.meta.url))

const PATHS: Readonly<Record<string, (namespace: string) => string>> = {
  ServiceAccount: namespace => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  Role: namespace => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
  RoleBinding: namespace => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
}

/** A namespace that enforces the `restricted` standard, with a kubeconfig that has the documented rights. */
export interface TestNamespace {
  readonly name: string
  /** Has all rights. */
  readonly admin: KubernetesApi
  /** The path of a kubeconfig with the rights of docs/kubernetes-rbac.yaml. */
  readonly kubeconfig: string
  pods(): Promise<readonly Pod[]>
  leases(): Promise<readonly Lease[]>
  configMaps(): Promise<readonly string[]>
  remove(): Promise<void>
}

/** The cluster of `KUBECONFIG`, which tests may change. @throws Error with the reason if there is none */
export async function connectAdmin(): Promise<KubernetesApi> {
  // A kubeconfig alone may be of a cluster that is not for tests.
  if (!process.env.KUBECONFIG || !process.env.LAMBDA_FIXTURES_TEST_KUBECTL)
    throw new Error('no cluster for tests was started: eval "$(.ci/engines/kubernetes.sh up)"')
  const client = await loadClient()
  const config = new client.KubeConfig()
  config.loadFromDefault()
  const api = new KubernetesApi(() => config, client)
  await api.request('GET', '/version')
  return api
}

export async function openNamespace(name: string): Promise<TestNamespace> {
  const admin = await connectAdmin()
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await unlessThere(admin.request('POST', '/api/v1/namespaces', { body: { metadata: { name, labels } } }))
  const { loadYaml } = await loadClient()
  for (const text of readFileSync(RBAC, 'utf8').split(/^---$/m)) {
    const resource = loadYaml<{ kind: string; subjects?: { namespace?: string }[] }>(text)
    for (const subject of resource.subjects ?? []) subject.namespace = name
    await unlessThere(admin.request('POST', PATHS[resource.kind]!(name), { body: resource }))
  }
  const folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-test-'))
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify(await kubeconfigOf(admin, name, await newToken({ admin, name }))))
  const listed = async <T>(path: string): Promise<readonly T[]> => (await admin.request<Listed<T>>('GET', path)).items
  return {
    name,
    admin,
    kubeconfig,
    pods: () => listed<Pod>(`/api/v1/namespaces/${name}/pods`),
    leases: () => listed<Lease>(`/apis/coordination.k8s.io/v1/namespaces/${name}/leases`),
    configMaps: async () => {
      const found = await listed<{ metadata: { name: string } }>(`/api/v1/namespaces/${name}/configmaps`)
      return found.map(({ metadata }) => metadata.name).filter(each => each !== 'kube-root-ca.crt')
    },
    async remove() {
      rmSync(folder, { recursive: true, force: true })
      await admin.request('DELETE', `/api/v1/namespaces/${name}`)
    },
  }
}

/** A token with the documented rights. */
export async function newToken({ admin, name }: Pick<TestNamespace, 'admin' | 'name'>): Promise<string> {
  const path = `${PATHS.ServiceAccount!(name)}/lambda-fixtures/token`
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }
  const { status } = await admin.request<{ status: { token: string } }>('POST', path, { body })
  return status.token
}

/** A kubeconfig for the admin's cluster. @param server another address of it */
export async function kubeconfigOf(
  admin: KubernetesApi,
  namespace: string,
  token: string,
  server: string = admin.server,
): Promise<object> {
  const { ca = '' } = await admin.address()
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace } }],
  }
}

async function unlessThere(request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (!hasStatus(error, 409)) throw error
  })
}

export function tokenOf({ kubeconfig }: TestNamespace): string {
  return (JSON.parse(readFileSync(kubeconfig, 'utf8')) as { users: { user: { token: string } }[] }).users[0]!.user.token
}
