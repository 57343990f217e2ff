import { afterEach, expect, test } from 'vitest'
import { configure, launch } from '../../src/index.ts'
import { KubernetesBackend } from '../../src/kubernetes.ts'
import { describeCluster } from './describe-cluster.ts'

await describeCluster('the README’s example', ({ kubeconfig, name: namespace, pods }) => {
  afterEach(() => configure({ backend: undefined }))

  test('launches a function on a backend with options', async () => {
    configure({
      backend: new KubernetesBackend({
        kubeconfig,
        namespace,
        podTemplate: {
          metadata: { labels: { team: 'orders' } },
          spec: {
            tolerations: [{ key: 'ci-only', operator: 'Exists' }],
            // The function's own container. Others are sidecars.
            containers: [{ name: 'function', resources: { limits: { cpu: '1' } } }],
          },
        },
      }),
    })
    const code = { 'app.mjs': 'export const handler = async event => event' }
    await using fn = await launch({ functionName: 'readme', runtime: 'nodejs24.x', handler: 'app.handler', code })
    expect(await fn({ id: 'a1' })).toEqual({ id: 'a1' })
    const [pod] = await pods()
    expect(pod).toMatchObject({
      metadata: { labels: { team: 'orders' } },
      spec: {
        tolerations: expect.arrayContaining([{ key: 'ci-only', operator: 'Exists' }]),
        containers: [{ name: 'function', resources: { limits: { cpu: '1', memory: '128Mi' } } }],
      },
    })
  })
})
