import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { configMapsPath, type Lease, leasesPath } from '../../src/backends/kubernetes/api/resources.ts'
import { session } from '../../src/index.ts'
import { launchProbe } from '../support/probe.ts'
import { describeCluster } from './describe-cluster.ts'

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))
const within = { timeout: 60_000, interval: 100 }

await describeCluster('reaping', cluster => {
  const startWorker = async (env: Record<string, string>, ...names: string[]): Promise<ChildProcess> => {
    const options = JSON.stringify({ kubeconfig: cluster.kubeconfig, namespace: cluster.name, startTimeout: 30 })
    const child = spawn(process.execPath, [WORKER, options, ...names], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout!, 'data')
    return child
  }
  const kill = async (child: ChildProcess): Promise<void> => {
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
  const ownTemp = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-reaping-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const functions = async (): Promise<readonly (string | undefined)[]> =>
    (await cluster.pods()).map(({ metadata }) => metadata.labels?.['lambda-fixtures.function']).sort()

  test('everything of a killed run is removed, and nothing of another run in the namespace', async () => {
    const TMPDIR = ownTemp()
    const [killed, other] = await Promise.all([
      startWorker({ TMPDIR, LAMBDA_FIXTURES_SESSION: '1'.repeat(16) }, 'killed-a', 'killed-b'),
      startWorker({ TMPDIR, LAMBDA_FIXTURES_SESSION: '2'.repeat(16) }, 'other'),
    ])
    expect(await functions()).toEqual(['killed-a', 'killed-b', 'other'])
    await kill(killed)
    await vi.waitFor(async () => expect(await functions()).toEqual(['other']), within)
    await vi.waitFor(async () => expect(await cluster.configMaps()).toHaveLength(1), within)
    expect(await cluster.leases()).toHaveLength(1)
    await kill(other)
    await vi.waitFor(async () => expect(await functions()).toEqual([]), within)
    expect(await cluster.leases()).toEqual([])
  }, 200_000)

  test('everything of a killed process is removed, and nothing of another process of the run', async () => {
    const env = { TMPDIR: ownTemp(), LAMBDA_FIXTURES_SESSION: '3'.repeat(16) }
    const [killed, other] = await Promise.all([startWorker(env, 'killed'), startWorker(env, 'other')])
    await kill(killed)
    await vi.waitFor(async () => expect(await functions()).toEqual(['other']), within)
    await kill(other)
    await vi.waitFor(async () => expect(await functions()).toEqual([]), within)
  }, 200_000)

  test('an expired lease is deleted with everything that it owns, and that of a living process is not', async () => {
    const path = leasesPath(cluster.name)
    const annotations = {
      'lambda-fixtures.session': '4'.repeat(16),
      'lambda-fixtures.owner': 'elsewhere:1:1',
      'lambda-fixtures.boot': 'x',
    }
    const labels = { 'app.kubernetes.io/managed-by': 'lambda-fixtures' }
    const lease = (name: string, age: number): object => {
      const renewTime = new Date(Date.now() - age).toISOString().replace('Z', '000Z')
      return { metadata: { name, labels, annotations }, spec: { leaseDurationSeconds: 60, renewTime } }
    }
    // The first launch of a session sweeps by itself, so it must come first.
    await using fn = await launchProbe(cluster.backend(), { functionName: 'alive' })
    const old = await cluster.admin.request<Lease>('POST', path, { body: lease('old', 200_000) })
    const ownerReferences = [{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'old', uid: old.metadata.uid }]
    const owned = { metadata: { name: 'owned-by-old', ownerReferences } }
    await cluster.admin.request('POST', configMapsPath(cluster.name), { body: owned })
    await cluster.admin.request('POST', path, { body: lease('young', 30_000) })
    await cluster.admin.request('POST', path, { body: { metadata: { name: 'somebodys' }, spec: { leaseDurationSeconds: 1 } } })
    const would = await cluster.backend().reapStale({ dryRun: true })
    const report = await cluster.backend().reapStale()
    expect(would.removed).toEqual(report.removed)
    expect(report.removed.map(({ id }) => id)).toEqual([`${cluster.name}/old`])
    expect(report.kept.map(({ reason }) => reason.replace(/\d+/g, 'N')).sort()).toEqual([
      'its lease was renewed N s ago',
      `its owner, process N, is running`,
    ])
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    await vi.waitFor(async () => expect(await cluster.configMaps()).not.toContain('owned-by-old'), within)
    for (const name of ['young', 'somebodys']) await cluster.admin.request('DELETE', leasesPath(cluster.name, name))
  })

  test('without a watchdog, containers end by themselves and the next run removes their pods', async () => {
    const env = { TMPDIR: ownTemp(), LAMBDA_FIXTURES_SESSION: '5'.repeat(16), LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' }
    await kill(await startWorker(env, 'alone'))
    const ended = async (): Promise<unknown> => (await cluster.pods())[0]?.status?.containerStatuses?.[0]?.state?.terminated
    await vi.waitFor(async () => expect(await ended()).toMatchObject({ exitCode: 75 }), { timeout: 60_000, interval: 200 })
    const next = await startWorker({ TMPDIR: ownTemp(), LAMBDA_FIXTURES_SESSION: '6'.repeat(16) }, 'next')
    await vi.waitFor(async () => expect(await functions()).toEqual(['next']), within)
    await kill(next)
    await vi.waitFor(async () => expect(await functions()).toEqual([]), within)
  }, 250_000)

  test('the session lists its pods until they are removed', async () => {
    const backend = cluster.backend()
    const fn = await launchProbe(backend, { functionName: 'known' })
    const { id } = session()
    const [pod, ...others] = await backend.sessionResources(id)
    expect(others).toEqual([])
    expect(pod).toMatchObject({
      backend: 'kubernetes',
      kind: 'pod',
      session: id,
      functionName: 'known',
      owner: { pid: process.pid },
    })
    expect(await backend.sessionResources('0'.repeat(16))).toEqual([])
    await fn.terminate()
    expect(await backend.sessionResources(id)).toEqual([])
  })

  test('the next launch creates another lease when somebody has deleted the first', async () => {
    const backend = cluster.backend()
    const fn = await launchProbe(backend, { functionName: 'robbed' })
    const robbed = (await cluster.pods()).find(({ metadata }) => metadata.labels?.['lambda-fixtures.function'] === 'robbed')
    const lease = (await cluster.leases()).find(({ metadata }) => metadata.uid === robbed?.metadata.ownerReferences?.[0]?.uid)
    await cluster.admin.request('DELETE', leasesPath(cluster.name, lease!.metadata.name))
    await vi.waitFor(() => expect(fn.instances).toEqual([]), within)
    await fn.terminate()
    await using next = await launchProbe(backend, { functionName: 'next' })
    expect(await next({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
  }, 150_000)
})
