import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { podName } from '../../src/backends/kubernetes/object-metadata.ts'
import { launchProbe } from '../support/probe.ts'
import { describeCluster } from './describe-cluster.ts'

await describeCluster('place', cluster => {
  const backend = cluster.backend()

  test('a function runs as an unprivileged user, and can’t write to its code and layers', async () => {
    const layers = [{ 'layer.txt': 'first' }, { 'layer.txt': 'second' }]
    await using fn = await launchProbe(backend, { functionName: 'place', layers })
    expect(await fn({ place: true, modes: ['/var/task/app.mjs'], folders: ['/var/task', '/opt', '/tmp'] })).toMatchObject({
      uid: 993,
      gid: 990,
      cwd: '/var/task',
      writes: { '/var/task': 'EROFS', '/opt': 'EROFS', '/tmp': 'written' },
      layer: 'second',
      modes: { '/var/task/app.mjs': '644' },
      status: { CapEff: '0000000000000000', NoNewPrivs: '1' },
    })
  })

  test('a pod’s labels name its function and its owner', async () => {
    await using fn = await launchProbe(backend, { functionName: 'Whose_it-is' })
    const pods = await cluster.pods()
    const pod = pods.find(({ metadata }) => metadata.labels?.['lambda-fixtures.function'] === 'Whose_it-is')
    const instance = fn.instances[0]!.id
    expect(pod?.metadata).toMatchObject({
      name: podName('Whose_it-is', instance),
      labels: { 'lambda-fixtures.instance': instance, 'app.kubernetes.io/managed-by': 'lambda-fixtures' },
      annotations: {
        'lambda-fixtures.function': 'Whose_it-is',
        'lambda-fixtures.owner': expect.stringContaining(`:${process.pid}:`),
      },
      ownerReferences: [{ kind: 'Lease' }],
    })
    expect((pod!.spec as { containers: unknown[] }).containers).toHaveLength(1)
  })

  test('the pod template is merged into the pod', async () => {
    const podTemplate = {
      metadata: { labels: { team: 'orders' }, annotations: { note: 'x' } },
      spec: { priorityClassName: '', containers: [{ name: 'function', resources: { limits: { cpu: '2' } } }] },
    }
    await using fn = await launchProbe(cluster.backend({ podTemplate }), { functionName: 'template' })
    expect(await fn({ echo: 1 })).toMatchObject({ echo: 1 })
    const pod = (await cluster.pods()).find(({ metadata }) => metadata.labels?.team === 'orders')
    expect(pod).toMatchObject({
      metadata: { annotations: { note: 'x' } },
      spec: { containers: [{ resources: { limits: { cpu: '2', memory: '256Mi' } } }] },
    })
  })

  test('a function reaches a server of this machine under its own address', async () => {
    const server = createServer((_, response) => void response.end('from the test'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await using fn = await launchProbe(backend, { functionName: 'host', environment: { SERVICE: url } })
    expect(await fn({ fetch: url })).toBe('from the test')
  })

  test('a function may have 20 MB of code', async () => {
    const source = 'import fs from "node:fs"; export const handler = async () => fs.statSync("/var/task/data.bin").size'
    const data = Buffer.alloc(20_000_000)
    for (let i = 0; i < data.length; i += 4) data.writeUInt32LE((i * 2_654_435_761) >>> 0, i)
    await using fn = await launchProbe(backend, { functionName: 'large', code: { 'app.mjs': source, 'data.bin': data } })
    expect(await fn({})).toBe(data.length)
  })

  test('the cluster has the logs of an instance that another process launched', async () => {
    await using fn = await launchProbe(backend, { functionName: 'logs' })
    await fn({ log: 'said there' })
    const handle = { kind: 'pod', namespace: cluster.name, name: podName('logs', fn.instances[0]!.id) } as const
    expect(await backend.instanceLogs(handle)).toContain('said there')
    // The cluster returns no logs before it knows that the container runs.
    await vi.waitFor(async () => expect(await cluster.backend().instanceLogs(handle)).toContain('said there'), { timeout: 5_000 })
    expect(await cluster.backend().instanceLogs({ ...handle, name: 'nobody' })).toBeUndefined()
    await cluster.backend().terminate({ ...handle, name: 'nobody' })
  })

  test('runs an image function', async () => {
    const image = { imageUri: 'localhost/lambda-fixtures/function:1', imageConfig: { command: ['app.handler'] } }
    await using fn = await launchProbe(backend, { functionName: 'image', ...image })
    expect((await fn.invoke({})).ok).toBe(true)
  })
})
