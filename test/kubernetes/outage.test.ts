import { writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { launchProbe } from '../support/probe.ts'
import { kubeconfigOf } from './cluster.ts'
import { begin, describeCluster, message } from './describe-cluster.ts'
import { openProxy } from './proxy.ts'
import { stopComponent } from './stop-component.ts'

const OUTAGE_MS = 10_000

await describeCluster('outage', cluster => {
  test('an invocation survives 10 s without the API server, with all its logs', async () => {
    const proxy = await openProxy(cluster)
    const fn = await launchProbe(cluster.backend({ kubeconfig: proxy.kubeconfig }), { functionName: 'outage', timeout: 60 })
    const { ended } = await begin(fn, { sleep: 2_000, later: 'in the dark' })
    await proxy.shut()
    await wait(OUTAGE_MS)
    await proxy.open()
    const result = await ended
    expect(result.payload).toMatchObject({ calls: 1 })
    expect(result.logs.map(({ message: text }) => text)).toContain('in the dark')
    expect(await fn({ echo: 2 })).toMatchObject({ calls: 2, echo: 2 })
    await fn.terminate()
    await proxy.shut()
    expect(await cluster.pods()).toEqual([])
  })

  test('a launch survives 10 s without the API server', async () => {
    const proxy = await openProxy(cluster)
    const backend = cluster.backend({ kubeconfig: proxy.kubeconfig })
    await using first = await launchProbe(backend, { functionName: 'before' })
    const launching = launchProbe(backend, { functionName: 'meanwhile' })
    await vi.waitFor(async () => expect(await cluster.pods()).toHaveLength(2), { timeout: 20_000, interval: 10 })
    await proxy.shut()
    await wait(OUTAGE_MS)
    await proxy.open()
    await using second = await launching
    expect(await second({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    expect(await first({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
  })

  test('an invocation and a launch survive an API server that hangs for 10 s', async () => {
    const backend = cluster.backend()
    await using first = await launchProbe(backend, { functionName: 'hung', timeout: 60 })
    const { ended } = await begin(first, { sleep: 500, echo: 1 })
    const launching = launchProbe(backend, { functionName: 'hung-launch' })
    await vi.waitFor(async () => expect(await cluster.pods()).toHaveLength(2), { timeout: 20_000, interval: 10 })
    await using server = stopComponent('kube-apiserver')
    await wait(OUTAGE_MS)
    server.go()
    expect((await ended).payload).toMatchObject({ calls: 1, echo: 1 })
    await using second = await launching
    expect(await second({ echo: 2 })).toMatchObject({ calls: 1, echo: 2 })
  }, 90_000)

  test('an invocation fails in bounded time when the API server stays away', async () => {
    const proxy = await openProxy(cluster)
    const fn = await launchProbe(cluster.backend({ kubeconfig: proxy.kubeconfig }), { functionName: 'away', timeout: 60 })
    const { ended } = await begin(fn, { sleep: 50_000 })
    await proxy.shut()
    expect(await message(ended, cluster)).toMatch(
      /^INVOCATION_FAILED: The execution environment of "away" on kubernetes went away during an invocation: .*no stream to its pod could be opened for 25 s/,
    )
    await fn.terminate()
    // Without a stream, the init ends its container.
    const exitCode = async (): Promise<number | undefined> =>
      (await cluster.pods())[0]?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode
    await vi.waitFor(async () => expect(await exitCode()).toBe(75), { timeout: 40_000, interval: 500 })
  }, 120_000)

  test('a stream that is cut again and again loses and repeats nothing', async () => {
    const proxy = await openProxy(cluster)
    await using fn = await launchProbe(cluster.backend({ kubeconfig: proxy.kubeconfig }), { functionName: 'cut' })
    const echo = 'x'.repeat(1_000_000)
    for (let round = 1; round <= 5; round++) {
      const running = fn.invoke({ echo, lines: 50 })
      await wait(round * 4)
      proxy.cut()
      const result = await running
      expect(result.payload).toEqual({ calls: round, echo })
      expect(result.logs.filter(({ source }) => source === 'function')).toHaveLength(50)
    }
  })

  test('all functions share one watch', async () => {
    const proxy = await openProxy(cluster)
    const backend = cluster.backend({ kubeconfig: proxy.kubeconfig })
    const functions = await Promise.all(['a', 'b', 'c', 'd'].map(functionName => launchProbe(backend, { functionName })))
    // One stream for each function, and the watch. Idle connections are closed after a while.
    await vi.waitFor(() => expect(proxy.connections).toBeLessThanOrEqual(functions.length + 1), {
      timeout: 20_000,
      interval: 200,
    })
    await Promise.all(functions.map(fn => fn.terminate()))
    await vi.waitFor(() => expect(proxy.connections).toBe(0), { timeout: 20_000, interval: 200 })
  })

  test('an unreachable server fails the launch', async () => {
    const kubeconfig = `${cluster.kubeconfig}-nowhere`
    writeFileSync(kubeconfig, JSON.stringify(await kubeconfigOf(cluster.admin, cluster.name, 'x', 'https://127.0.0.1:1')))
    const launched = launchProbe(cluster.backend({ kubeconfig }), { functionName: 'nowhere' })
    expect(await message(launched, cluster)).toMatchInlineSnapshot(
      `"UNSUPPORTED_RUNTIME: kubernetes can't run "nowhere": the API server SERVER can't be reached: connect ECONNREFUSED 127.0.0.1:1."`,
    )
  })

  test('an unknown context fails the launch', async () => {
    const launched = launchProbe(cluster.backend({ context: 'prod' }), { functionName: 'nowhere' })
    expect(await message(launched, cluster)).toMatchInlineSnapshot(
      `"UNSUPPORTED_RUNTIME: kubernetes can't run "nowhere": kubernetes: the kubeconfig has no context "prod"; it has test.."`,
    )
  })
})
