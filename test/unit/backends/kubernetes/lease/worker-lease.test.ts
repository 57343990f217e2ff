import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WorkerLease } from '../../../../../src/backends/kubernetes/lease/worker-lease.ts'
import type { LeaseResource } from '../../../../../src/model/resource.ts'
import { ApiServerDouble } from '../../../../support/api-server-double.ts'
import { elapse, pending, reset, timer } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))
vi.mock('../../../../../src/backends/init/init-file.ts', () => ({ readInit: async (name: string) => Buffer.from(name) }))
vi.mock('../../../../../src/reaper/register.ts', () => ({
  register: (resource: LeaseResource) => {
    registered.push(resource.name)
    return {
      resource,
      update: (changes: Partial<LeaseResource>) => updates.push(changes.cluster?.token),
      release: () => released.push(resource.name),
    }
  },
}))

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/tests/leases'
const CONFIG_MAPS = '/api/v1/namespaces/tests/configmaps'
const PATIENCE = 10_000

let registered: string[]
let released: string[]
let updates: (string | undefined)[]
let server: ApiServerDouble
let lease: WorkerLease
beforeEach(async () => {
  reset()
  registered = []
  released = []
  updates = []
  server = await ApiServerDouble.start()
  lease = new WorkerLease(server.api, 'tests')
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

/** The first request that matches gets this answer. */
function refuseOnce(method: string, path: string, refusal: ReturnType<ApiServerDouble['refuse']>): void {
  server.refuse = call => {
    if (call.method !== method || !call.path.startsWith(path)) return undefined
    server.refuse = () => undefined
    return refusal
  }
}

test('creates one Lease and one ConfigMap for all pods, and deletes the Lease after the last', async () => {
  const [first, second] = await Promise.all([lease.acquire(PATIENCE), lease.acquire(PATIENCE)])
  expect(second).toBe(first)
  const { body } = await server.called('POST', LEASES)
  expect(body).toMatchObject({
    metadata: {
      name: first.name,
      labels: { 'app.kubernetes.io/managed-by': 'lambda-fixtures', 'lambda-fixtures.worker': lease.worker },
      annotations: { 'lambda-fixtures.owner': expect.stringContaining(`:${process.pid}:`) },
    },
    spec: { holderIdentity: lease.worker, leaseDurationSeconds: 60, renewTime: expect.stringMatching(/T.*\.\d{6}Z$/) },
  })
  expect((await server.called('POST', CONFIG_MAPS)).body).toMatchObject({
    metadata: { name: first.name, ownerReferences: [{ kind: 'Lease', name: first.name, uid: expect.stringContaining('uid-') }] },
    immutable: true,
    binaryData: {
      'init-x86_64': Buffer.from('x86_64').toString('base64'),
      'init-arm64': Buffer.from('arm64').toString('base64'),
    },
  })
  expect(registered).toEqual([first.name])
  await lease.release()
  expect(server.calls).toEqual([])
  await lease.release()
  const { query } = await server.called('DELETE', `${LEASES}/${first.name}`)
  expect(query.get('propagationPolicy')).toBe('Background')
  expect(released).toEqual([first.name])
  expect(pending()).toBe(0)
})

test('creates another Lease after the last release, and deletes each once', async () => {
  const first = await lease.acquire(PATIENCE)
  const [second] = await Promise.all([lease.release().then(() => lease.acquire(PATIENCE)), lease.acquire(PATIENCE)])
  expect(second.name).not.toBe(first.name)
  expect(released).toEqual([first.name])
  await lease.release()
  expect(released).toEqual([first.name])
  await lease.release()
  expect(released).toEqual([first.name, second.name])
})

test.each([
  ['Lease', LEASES],
  ['ConfigMap', CONFIG_MAPS],
])('goes on when the server could not create the %s at first, or its answer got lost', async (_, path) => {
  refuseOnce('POST', path, { status: 503 })
  const acquired = lease.acquire(PATIENCE)
  await timer(100)
  refuseOnce('POST', path, 'lost')
  await elapse(100)
  await elapse(200)
  const { name } = await acquired
  expect(server.paths).toEqual([`${LEASES}/${name}`, `${CONFIG_MAPS}/${name}`])
  await lease.release()
})

test('deletes the Lease if its ConfigMap can’t be created, and begins again the next time', async () => {
  refuseOnce('POST', CONFIG_MAPS, { status: 403, message: 'forbidden' })
  await expect(lease.acquire(PATIENCE)).rejects.toThrow('forbidden')
  expect(released).toEqual(registered)
  expect(server.paths).toEqual([])
  await lease.acquire(PATIENCE)
  expect(server.paths).toHaveLength(2)
  await lease.release()
  await lease.release()
})

test('stays registered at the watchdog if the server does not delete it', async () => {
  const { name } = await lease.acquire(PATIENCE)
  server.refuse = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined)
  await lease.release()
  expect(registered).toEqual([name])
  expect(released).toEqual([])
})

test('counts a Lease that is gone already as deleted', async () => {
  const { name } = await lease.acquire(PATIENCE)
  server.remove(`${LEASES}/${name}`)
  await lease.release()
  expect(released).toEqual([name])
})

test('renews the Lease every 15 s, with the version that the server returned last', async () => {
  const { name } = await lease.acquire(PATIENCE)
  for (let renewal = 0; renewal < 3; renewal++) {
    await elapse(15_000)
    const { body } = await server.called('PUT', `${LEASES}/${name}`)
    expect(body.spec).toMatchObject({ holderIdentity: lease.worker, renewTime: expect.any(String) })
  }
  await lease.release()
})

test('reads a Lease again that somebody else has changed', async () => {
  const { name } = await lease.acquire(PATIENCE)
  server.put(`${LEASES}/${name}`, { metadata: { annotations: { note: 'changed' } }, spec: {} })
  await elapse(15_000)
  await server.called('PUT', `${LEASES}/${name}`)
  await server.answered('GET', `${LEASES}/${name}`)
  await elapse(15_000)
  const { body } = await server.called('PUT', `${LEASES}/${name}`)
  expect(body.metadata.annotations).toEqual({ note: 'changed' })
  await lease.release()
})

test('survives a renewal that fails', async () => {
  const { name } = await lease.acquire(PATIENCE)
  refuseOnce('PUT', LEASES, { status: 500 })
  await elapse(15_000)
  await server.answered('PUT', `${LEASES}/${name}`)
  await elapse(15_000)
  await server.called('PUT', `${LEASES}/${name}`)
  await lease.release()
  expect(server.paths).toEqual([`${CONFIG_MAPS}/${name}`])
})

test('creates another Lease for the next pod when somebody has deleted this one', async () => {
  const { name } = await lease.acquire(PATIENCE)
  server.remove(`${LEASES}/${name}`)
  await elapse(15_000)
  await server.answered('PUT', `${LEASES}/${name}`)
  expect(released).toEqual([name])
  const next = await lease.acquire(PATIENCE)
  expect(next.name).not.toBe(name)
  await lease.release()
  await lease.release()
  expect(released).toEqual([name, next.name])
})

test('tells the watchdog a new token, which it reads when the server refuses the old one', async () => {
  const { name } = await lease.acquire(PATIENCE)
  server.token = 'second'
  server.refuse = ({ token }) => (token === 'first' ? { status: 401 } : undefined)
  await elapse(15_000)
  expect((await server.called('PUT', `${LEASES}/${name}`)).token).toBe('first')
  expect((await server.called('PUT', `${LEASES}/${name}`)).token).toBe('second')
  await server.answered('PUT', `${LEASES}/${name}`)
  expect(updates).toEqual(['second'])
  await lease.release()
})
