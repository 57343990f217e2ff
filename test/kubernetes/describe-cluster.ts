import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, vi } from 'vitest'
import { KubernetesBackend } from '../../src/backends/kubernetes/kubernetes-backend.ts'
import type { KubernetesOptions } from '../../src/backends/kubernetes/kubernetes-options.ts'
import type { InvokeResult } from '../../src/index.ts'
import { absent } from '../support/absent.ts'
import type { Probe } from '../support/probe.ts'
import { connectAdmin, openNamespace, type TestNamespace } from './cluster.ts'

export interface ClusterUnderTest extends TestNamespace {
  /** A backend with the documented rights, in this namespace. */
  backend(options?: KubernetesOptions): KubernetesBackend
}

/** Runs `body` in a new namespace. Without a cluster, the tests are left out, and fail if `LAMBDA_FIXTURES_REQUIRE` names kubernetes. */
export async function describeCluster(what: string, body: (cluster: ClusterUnderTest) => void): Promise<void> {
  const reason = await connectAdmin().then(
    () => undefined,
    (error: Error) => error.message,
  )
  if (reason !== undefined) return absent('kubernetes', reason)
  const namespace = await openNamespace(`lambda-fixtures-${randomBytes(4).toString('hex')}`)
  describe(`${what} on kubernetes`, () => {
    body({
      ...namespace,
      backend: options =>
        new KubernetesBackend({ kubeconfig: namespace.kubeconfig, namespace: namespace.name, startTimeout: 30, ...options }),
    })
    afterAll(() => namespace.remove())
  })
}

/** A message without the parts that differ in each run. */
export const message = async (promise: Promise<unknown>, { name }: TestNamespace): Promise<string> =>
  await promise.then(
    () => 'no error',
    (error: Error & { code?: string }) =>
      `${error.code}: ${error.message}`
        .replaceAll(name, 'NAMESPACE')
        .replaceAll(/\b(lambda-[a-z-]+-)[\da-f]{12}\b/g, '$1ID')
        .replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, 'SERVER'),
  )

/** Begins an invocation. Resolves when its handler runs. */
export async function begin(fn: Probe, event: Record<string, unknown>): Promise<{ readonly ended: Promise<InvokeResult<any>> }> {
  const mark = randomBytes(8).toString('hex')
  const ended = fn.invoke({ ...event, log: [event.log ?? [], mark].flat() })
  ended.catch(() => undefined)
  await vi.waitFor(() => expect(fn.logs.map(({ message: text }) => text)).toContain(mark), { timeout: 20_000, interval: 20 })
  return { ended }
}
