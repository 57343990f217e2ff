import { expect, test, vi } from 'vitest'
import { podsPath } from '../../src/backends/kubernetes/api/resources.ts'
import { podName } from '../../src/backends/kubernetes/object-metadata.ts'
import type { Probe } from '../support/probe.ts'
import { launchProbe } from '../support/probe.ts'
import { begin, describeCluster, message } from './describe-cluster.ts'

await describeCluster('failures', cluster => {
  const backend = cluster.backend()
  const podOf = (fn: Probe): string => podName(fn.functionName, fn.instances[0]?.id ?? '')
  const remove = (pod: string, query = {}): Promise<unknown> =>
    cluster.admin.request('DELETE', podsPath(cluster.name, pod), { query })
  const nothingLeft = async (): Promise<void> => {
    expect(await cluster.pods()).toEqual([])
    expect(await cluster.leases()).toEqual([])
    await vi.waitFor(async () => expect(await cluster.configMaps()).toEqual([]), { timeout: 10_000, interval: 100 })
  }

  test('rejects an invocation whose pod is deleted, and runs the next one in another pod', async () => {
    const fn = await launchProbe(backend, { functionName: 'deleted' })
    const { ended } = await begin(fn, { sleep: 9_000 })
    await remove(podOf(fn), { gracePeriodSeconds: 0 })
    expect(await message(ended, cluster)).toMatchInlineSnapshot(
      `"INVOCATION_FAILED: The execution environment of "deleted" on kubernetes went away during an invocation: The container is lost: its pod was deleted."`,
    )
    expect(await fn({ echo: 2 })).toMatchObject({ calls: 1, echo: 2 })
    await fn.terminate()
    await nothingLeft()
  })

  test('replaces a pod that is deleted between two invocations, unnoticed', async () => {
    const fn = await launchProbe(backend, { functionName: 'deleted-idle' })
    const first = podOf(fn)
    await remove(first, { gracePeriodSeconds: 0 })
    await vi.waitFor(() => expect(fn.instances).toEqual([]), { timeout: 5_000 })
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    expect(podOf(fn)).not.toBe(first)
    await fn.terminate()
    await nothingLeft()
  })

  test('rejects an invocation whose pod is evicted, with the cluster’s reason', async () => {
    const fn = await launchProbe(backend, { functionName: 'evicted', timeout: 60 })
    const { ended } = await begin(fn, { sleep: 50_000 })
    const pod = podOf(fn)
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: cluster.name } }
    await cluster.admin.request('POST', `${podsPath(cluster.name, pod)}/eviction`, { body })
    expect(await message(ended, cluster)).toMatchInlineSnapshot(
      `"INVOCATION_FAILED: The execution environment of "evicted" on kubernetes went away during an invocation: The container is lost: its pod was deleted: EvictionByEvictionAPI: Eviction API: evicting."`,
    )
    await fn.terminate()
    await nothingLeft()
  })

  test('rejects an invocation whose node evicts the pod because /tmp is too large', async () => {
    const podTemplate = { spec: { volumes: [{ name: 'lambda-tmp', emptyDir: { sizeLimit: '4Mi' } }] } }
    const fn = await launchProbe(cluster.backend({ podTemplate }), { functionName: 'filled', timeout: 120 })
    const { ended } = await begin(fn, { write: '/tmp/large', content: 'x'.repeat(5_900_000), sleep: 110_000 })
    expect(await message(ended, cluster)).toMatchInlineSnapshot(
      `"INVOCATION_FAILED: The execution environment of "filled" on kubernetes went away during an invocation: The container is lost: its pod was evicted: Usage of EmptyDir volume "lambda-tmp" exceeds the limit "4Mi"."`,
    )
    await fn.terminate()
    await nothingLeft()
  }, 150_000)

  test('reports an invocation that runs out of memory as AWS does, and keeps the environment', async () => {
    const fn = await launchProbe(backend, { functionName: 'memory', memorySize: 128 })
    const { error } = await fn.invoke({ allocate: 400 })
    expect(error).toMatchObject({ reason: 'outOfMemory', errorType: 'Runtime.OutOfMemory' })
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    expect(fn.instances).toHaveLength(1)
    await fn.terminate()
    await nothingLeft()
  })

  test('says which quota refuses a pod', async () => {
    const path = `/api/v1/namespaces/${cluster.name}/resourcequotas`
    await cluster.admin.request('POST', path, {
      body: { metadata: { name: 'tight' }, spec: { hard: { 'limits.memory': '100Mi' } } },
    })
    try {
      // Before the quota was counted, pods are refused for another reason.
      await vi.waitFor(async () => {
        const { status } = await cluster.admin.request<{ status: { hard?: object } }>('GET', `${path}/tight`)
        expect(status.hard).toBeDefined()
      })
      const launched = launchProbe(backend, { functionName: 'large', memorySize: 256 })
      expect(await message(launched, cluster)).toMatchInlineSnapshot(
        `"INSTANCE_START_FAILED: kubernetes could not create a pod for "large" in the namespace NAMESPACE of SERVER: pods "lambda-large-ID" is forbidden: exceeded quota: tight, requested: limits.memory=256Mi, used: limits.memory=0, limited: limits.memory=100Mi."`,
      )
    } finally {
      await cluster.admin.request('DELETE', `${path}/tight`)
    }
    await nothingLeft()
  })

  test('says why an image can’t be pulled', async () => {
    const imageUri = 'localhost:1/nobody/nothing:1'
    const launched = launchProbe(backend, { functionName: 'pull', imageUri, imageConfig: { command: ['app.handler'] } })
    const said = await message(launched, cluster)
    expect(said).toMatch(
      /^IMAGE_PULL_FAILED: kubernetes could not start "pull": its pod NAMESPACE\/lambda-pull-ID can’t run: ImagePullBackOff: /,
    )
    expect(said).toContain('connection refused')
    expect(said).toContain('\nIts events: ')
    await nothingLeft()
  })

  test('says that an image must not be pulled', async () => {
    const podTemplate = { spec: { containers: [{ name: 'function', imagePullPolicy: 'Never' }] } }
    const launched = launchProbe(cluster.backend({ podTemplate }), {
      functionName: 'never',
      imageUri: 'localhost/nothing:1',
      imageConfig: { command: ['app.handler'] },
    })
    expect((await message(launched, cluster)).split('\n')[0]).toMatchInlineSnapshot(
      `"IMAGE_PULL_FAILED: kubernetes could not start "never": its pod NAMESPACE/lambda-never-ID can’t run: ErrImageNeverPull: Container image "localhost/nothing:1" is not present with pull policy of Never."`,
    )
    await nothingLeft()
  })

  test('asks for the entrypoint of an image function', async () => {
    const launched = launchProbe(backend, { functionName: 'unknown', imageUri: 'localhost/lambda-fixtures/function:1' })
    expect(await message(launched, cluster)).toMatchInlineSnapshot(
      `"NO_ENTRYPOINT: kubernetes can't run "unknown": a cluster does not say what the image localhost/lambda-fixtures/function:1 starts. Give imageConfig: { entryPoint: [...], command: [...] } as in its Dockerfile. For an image that is made from AWS's, command (its CMD, such as ['app.handler']) is enough."`,
    )
  })

  test('says why no node runs a pod when the time is over', async () => {
    const podTemplate = { spec: { nodeSelector: { 'example.com/none': 'here' } } }
    const launched = launchProbe(cluster.backend({ podTemplate, startTimeout: 2 }), { functionName: 'nowhere' })
    expect((await message(launched, cluster)).split('\n')[0]).toMatchInlineSnapshot(
      `"LAUNCH_TIMEOUT: kubernetes has not started "nowhere" within 2 s: its pod NAMESPACE/lambda-nowhere-ID (public.ecr.aws/lambda/nodejs:24): it is not scheduled: Unschedulable: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."`,
    )
    await nothingLeft()
  })

  test('says which policy of the namespace refuses a pod', async () => {
    const podTemplate = { spec: { hostNetwork: true } }
    const launched = launchProbe(cluster.backend({ podTemplate }), { functionName: 'privileged' })
    expect(await message(launched, cluster)).toMatchInlineSnapshot(
      `"INSTANCE_START_FAILED: kubernetes could not create a pod for "privileged" in the namespace NAMESPACE of SERVER: pods "lambda-privileged-ID" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)."`,
    )
    await nothingLeft()
  })

  test('runs a function whose sidecar has ended', async () => {
    const podTemplate = {
      spec: {
        containers: [
          {
            name: 'beside',
            image: 'localhost/lambda-fixtures/exits-at-once:1',
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    }
    await using fn = await launchProbe(cluster.backend({ podTemplate }), { functionName: 'beside' })
    expect(await fn({ echo: 1 })).toMatchObject({ echo: 1 })
  })

  test('says why the init could not start', async () => {
    const podTemplate = { spec: { containers: [{ name: 'function', env: [{ name: 'LF_PORT', value: 'x' }] }] } }
    const launched = launchProbe(cluster.backend({ podTemplate }), { functionName: 'broken' })
    expect((await message(launched, cluster)).split('\n')[0]).toMatchInlineSnapshot(
      `"INSTANCE_START_FAILED: kubernetes could not start "broken": its pod NAMESPACE/lambda-broken-ID has ended: its init was given a wrong setting (exit code 64)."`,
    )
    await nothingLeft()
  })
})
