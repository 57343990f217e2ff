import { expect, test, vi } from 'vitest'
import { launchProbe } from '../support/probe.ts'
import { begin, describeCluster, message } from './describe-cluster.ts'
import { stopComponent } from './stop-component.ts'

await describeCluster('a node', cluster => {
  const isReady = async (): Promise<boolean> => {
    const { status } = await cluster.admin.request<{ status: { conditions: { type: string; status: string }[] } }>(
      'GET',
      '/api/v1/nodes/127.0.0.1',
    )
    return status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
  }

  const arePodsReady = async (): Promise<boolean> =>
    (await cluster.pods()).every(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    )

  test('that is not ready loses its instances in bounded time, and runs others once it is ready again', async () => {
    const backend = cluster.backend({ startTimeout: 5 })
    await using fn = await launchProbe(backend, { functionName: 'stranded', timeout: 300 })
    const { ended } = await begin(fn, { sleep: 280_000 })
    await vi.waitFor(async () => expect(await arePodsReady()).toBe(true), { timeout: 20_000, interval: 50 })
    // The cluster does not know yet that this pod runs, so it will not report that it no longer does.
    await using early = await launchProbe(backend, { functionName: 'early', timeout: 300 })
    const { ended: endedEarly } = await begin(early, { sleep: 280_000 })
    {
      await using _ = stopComponent('kubelet')
      expect(await message(ended, cluster)).toMatchInlineSnapshot(
        `"INVOCATION_FAILED: The execution environment of "stranded" on kubernetes went away during an invocation: The container is lost: its pod can’t be reached: the node 127.0.0.1 is not ready."`,
      )
      expect(await message(endedEarly, cluster)).toMatch(
        /^INVOCATION_FAILED: The execution environment of "early" on kubernetes went away during an invocation: The container is lost: (its pod can’t be reached: the node 127\.0\.0\.1 is not ready|no stream to its pod could be opened for 25 s)/,
      )
      const launched = await message(launchProbe(backend, { functionName: 'nowhere' }), cluster)
      expect(launched.split('\n')[0]).toMatchInlineSnapshot(
        `"LAUNCH_TIMEOUT: kubernetes has not started "nowhere" within 5 s: its pod NAMESPACE/lambda-nowhere-ID (public.ecr.aws/lambda/nodejs:24): it is not scheduled: Unschedulable: 0/1 nodes are available: 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."`,
      )
    }
    await vi.waitFor(async () => expect(await isReady()).toBe(true), { timeout: 60_000, interval: 200 })
    await vi.waitFor(async () => expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 }), { timeout: 30_000 })
  }, 300_000)

  test('that stops for a short time affects nothing', async () => {
    await using fn = await launchProbe(cluster.backend(), { functionName: 'patient', timeout: 60 })
    const { ended } = await begin(fn, { sleep: 500, echo: 1 })
    {
      await using _ = stopComponent('kubelet')
      await new Promise(resolve => setTimeout(resolve, 5_000))
    }
    expect((await ended).payload).toMatchObject({ calls: 1, echo: 1 })
  }, 90_000)
})
