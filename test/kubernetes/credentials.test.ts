import { writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { KubernetesApi } from '../../src/backends/kubernetes/api/kubernetes-api.ts'
import { loadClient } from '../../src/backends/kubernetes/api/load-client.ts'
import { leasesPath } from '../../src/backends/kubernetes/api/resources.ts'
import { launchProbe } from '../support/probe.ts'
import { kubeconfigOf, newToken } from './cluster.ts'
import { begin, describeCluster, message } from './describe-cluster.ts'
import { openProxy } from './proxy.ts'

await describeCluster('credentials', cluster => {
  const write = async (kubeconfig: string, token: string, server?: string): Promise<void> =>
    writeFileSync(kubeconfig, JSON.stringify(await kubeconfigOf(cluster.admin, cluster.name, token, server)))

  /** Revokes all tokens. */
  const revoke = async (kubeconfig: string): Promise<void> => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lambda-fixtures' } }
    const path = `/api/v1/namespaces/${cluster.name}/serviceaccounts`
    await cluster.admin.request('DELETE', `${path}/lambda-fixtures`)
    await cluster.admin.request('POST', path, { body: account })
    const client = await loadClient()
    const config = new client.KubeConfig()
    config.loadFromFile(kubeconfig)
    const api = new KubernetesApi(() => config, client)
    // The server caches accepted tokens for 10 s.
    await vi.waitFor(
      async () => expect(await message(api.request('GET', leasesPath(cluster.name)), cluster)).toContain('Unauthorized'),
      {
        timeout: 40_000,
        interval: 500,
      },
    )
  }

  test('that are wrong fail the launch', async () => {
    const kubeconfig = `${cluster.kubeconfig}-never`
    await write(kubeconfig, 'never')
    const launched = launchProbe(cluster.backend({ kubeconfig }), { functionName: 'never' })
    expect(await message(launched, cluster)).toMatchInlineSnapshot(
      `"UNSUPPORTED_RUNTIME: kubernetes can't run "never": SERVER refuses the credentials in the kubeconfig: Unauthorized."`,
    )
  })

  test('that expire affect only new launches and streams, until there are new ones in the kubeconfig', async () => {
    const proxy = await openProxy(cluster)
    const { kubeconfig } = proxy
    await write(kubeconfig, await newToken(cluster), proxy.server)
    const backend = cluster.backend({ kubeconfig })
    const [kept, cut] = await Promise.all(
      ['kept', 'cut'].map(functionName => launchProbe(backend, { functionName, timeout: 60 })),
    )
    await revoke(kubeconfig)
    expect(await kept!({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    expect(await message(launchProbe(backend, { functionName: 'late' }), cluster)).toMatchInlineSnapshot(
      `"INSTANCE_START_FAILED: kubernetes could not create a pod for "late" in the namespace NAMESPACE of SERVER: Unauthorized. The credentials in the kubeconfig are wrong or have expired."`,
    )

    const { ended } = await begin(cut!, { sleep: 50_000 })
    proxy.cut()
    expect(await message(ended, cluster)).toMatchInlineSnapshot(
      `"INVOCATION_FAILED: The execution environment of "cut" on kubernetes went away during an invocation: The container is lost: a stream to its pod is refused: Unauthorized."`,
    )

    await write(kubeconfig, await newToken(cluster), proxy.server)
    await using renewed = await launchProbe(backend, { functionName: 'renewed' })
    expect(await renewed({ echo: 2 })).toMatchObject({ calls: 1, echo: 2 })
    expect(await cut!({ echo: 3 })).toMatchObject({ calls: 1, echo: 3 })
    await Promise.all([kept!.terminate(), cut!.terminate()])
  }, 180_000)

  test('that expire and are replaced in time affect nothing', async () => {
    const proxy = await openProxy(cluster)
    const { kubeconfig } = proxy
    await write(kubeconfig, await newToken(cluster), proxy.server)
    const backend = cluster.backend({ kubeconfig })
    await using fn = await launchProbe(backend, { functionName: 'rotated', timeout: 60 })
    await revoke(kubeconfig)
    const { ended } = await begin(fn, { sleep: 1_000, echo: 1 })
    await write(kubeconfig, await newToken(cluster), proxy.server)
    proxy.cut()
    expect((await ended).payload).toMatchObject({ calls: 1, echo: 1 })
  }, 120_000)

  test('that do not allow streams fail the launch', async () => {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${cluster.name}/roles/lambda-fixtures`
    const role = await cluster.admin.request<{ rules: { resources: string[] }[] }>('GET', path)
    const kubeconfig = `${cluster.kubeconfig}-fewer`
    await write(kubeconfig, await newToken(cluster))
    const put = async (rules: object): Promise<void> => {
      const { rules: _, ...present } = await cluster.admin.request<{ rules: object }>('GET', path)
      await cluster.admin.request('PUT', path, { body: { ...present, rules } })
    }
    await put(role.rules.filter(({ resources }) => !resources.includes('pods/exec')))
    try {
      const launched = launchProbe(cluster.backend({ kubeconfig }), { functionName: 'fewer' })
      expect(await message(launched, cluster)).toMatchInlineSnapshot(
        `"INSTANCE_START_FAILED: kubernetes could not open a stream to lambda-fewer-ID, the pod of "fewer" in the namespace NAMESPACE of SERVER: pods "lambda-fewer-ID" is forbidden: User "system:serviceaccount:NAMESPACE:lambda-fixtures" cannot get resource "pods/exec" in API group "" in the namespace "NAMESPACE". docs/kubernetes-rbac.yaml lists all rights that are needed."`,
      )
    } finally {
      await put(role.rules)
    }
  }, 60_000)
})
