import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connectCluster } from '../../../../../src/backends/kubernetes/api/connect-cluster.ts'
import { ApiServerDouble } from '../../../../support/api-server-double.ts'

const folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-connect-'))
const kubeconfig = join(folder, 'kubeconfig')
afterAll(() => rmSync(folder, { recursive: true }))

let server: ApiServerDouble
beforeEach(async () => {
  server = await ApiServerDouble.start()
  write(server.api.server)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server[Symbol.asyncDispose]()
})

function write(url: string, cluster: object = {}): void {
  const config = {
    'current-context': 'here',
    clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true, ...cluster } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: [
      { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'tests' } },
      { name: 'bare', context: { cluster: 'c', user: 'u' } },
    ],
  }
  writeFileSync(kubeconfig, JSON.stringify(config))
}

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'connected',
    ({ code, message }) => `${code}: ${message.replaceAll(server.api.server, 'SERVER')}`,
  )

test('checks that it may list the leases of the context’s namespace', async () => {
  const cluster = await connectCluster({ kubeconfig })
  expect(cluster).toMatchObject({ namespace: 'tests', context: 'here' })
  const { token, query } = await server.called('GET', '/apis/coordination.k8s.io/v1/namespaces/tests/leases')
  expect([token, query.get('limit')]).toEqual(['secret', '1'])
})

test('takes the namespace of the options, of the context, or the default', async () => {
  expect((await connectCluster({ kubeconfig, namespace: 'mine' })).namespace).toBe('mine')
  expect((await connectCluster({ kubeconfig, context: 'bare' })).namespace).toBe('default')
})

test('creates the namespace if it is asked to, and accepts one that exists', async () => {
  const options = { kubeconfig, namespace: 'made', createNamespace: true }
  await connectCluster(options)
  await connectCluster(options)
  expect(server.paths).toEqual(['/api/v1/namespaces/made'])
})

test('reads the kubeconfig again when the token is refused, unless it names another server', async () => {
  const { api } = await connectCluster({ kubeconfig })
  write('http://127.0.0.1:1')
  server.refuse = () => ({ status: 401, message: 'Unauthorized' })
  await expect(api.request('GET', '/version')).rejects.toThrow('Unauthorized')
  expect(server.calls.filter(call => call === 'GET /version')).toHaveLength(2)
})

test.each([
  [{ context: 'prod' }, 401, 'BACKEND_MISCONFIGURED: kubernetes: the kubeconfig has no context "prod"; it has here, bare.'],
  [{}, 401, 'BACKEND_UNAVAILABLE: SERVER refuses the credentials in the kubeconfig: no'],
  [{}, 403, 'BACKEND_UNAVAILABLE: SERVER refuses the request: no (docs/kubernetes-rbac.yaml lists all rights that are needed)'],
  [{}, 500, 'BACKEND_UNAVAILABLE: SERVER answers: no'],
])('with the options %o and status %i it fails: %s', async (options, status, message) => {
  server.refuse = () => ({ status, message: 'no' })
  expect(await failure(connectCluster({ kubeconfig, ...options }))).toBe(message)
})

test('fails if the server can’t be reached', async () => {
  write('http://127.0.0.1:1')
  expect(await failure(connectCluster({ kubeconfig }))).toBe(
    "BACKEND_UNAVAILABLE: the API server http://127.0.0.1:1 can't be reached: connect ECONNREFUSED 127.0.0.1:1",
  )
})

test('fails if the kubeconfig or its certificate can’t be read', async () => {
  expect(await failure(connectCluster({ kubeconfig: join(folder, 'none') }))).toMatch(
    /^BACKEND_MISCONFIGURED: kubernetes: the kubeconfig can't be read: ENOENT/,
  )
  write('https://127.0.0.1:1', { 'certificate-authority': '/none/ca.pem', 'insecure-skip-tls-verify': false })
  expect(await failure(connectCluster({ kubeconfig }))).toBe(
    "BACKEND_MISCONFIGURED: kubernetes: the cluster's certificate /none/ca.pem does not exist.",
  )
})

test('fails if there is no configuration at all', async () => {
  vi.stubEnv('KUBECONFIG', '')
  vi.stubEnv('HOME', folder)
  expect(await failure(connectCluster({}))).toBe(
    'BACKEND_UNAVAILABLE: there is no kubeconfig (KUBECONFIG, ~/.kube/config), and no service account because this is not a pod',
  )
})
