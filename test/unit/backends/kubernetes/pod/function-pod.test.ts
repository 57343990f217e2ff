import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import type { Cluster } from '../../../../../src/backends/kubernetes/api/cluster.ts'
import { PodWatch } from '../../../../../src/backends/kubernetes/api/pod-watch.ts'
import type { KubernetesOptions } from '../../../../../src/backends/kubernetes/kubernetes-options.ts'
import { FunctionPod, type FunctionPodOptions } from '../../../../../src/backends/kubernetes/pod/function-pod.ts'
import { PodStreams } from '../../../../../src/backends/kubernetes/pod/pod-streams.ts'
import type { SandboxEvents } from '../../../../../src/emulator/environment/sandbox.ts'
import { ApiServerDouble } from '../../../../support/api-server-double.ts'
import { InitDouble } from '../../../../support/init-double.ts'
import { lambdaFunction } from '../../../../support/lambda-function.ts'
import { advance, elapse, reset, timer } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))

const INSTANCE = '0123456789abcdef0123456789abcdef'
const NAME = 'lambda-orders-456789abcdef'
const PODS = '/api/v1/namespaces/tests/pods'
const POD = `${PODS}/${NAME}`
const EVENTS = '/api/v1/namespaces/tests/events'
const USUAL_START = 262.5

let server: ApiServerDouble
let cluster: Cluster
let leases: string[]
let lost: Promise<Error>
let events: SandboxEvents
beforeEach(async () => {
  reset()
  leases = []
  const losing = Promise.withResolvers<Error>()
  lost = losing.promise
  events = { lost: losing.resolve, output: () => undefined, connection: () => undefined, exit: () => undefined }
  server = await ApiServerDouble.start()
  cluster = {
    api: server.api,
    context: 'test',
    namespace: 'tests',
    settings: {
      kubeconfig: undefined,
      context: undefined,
      namespace: 'tests',
      createNamespace: false,
      podTemplate: {},
      startTimeout: 30_000,
    },
    watch: new PodWatch(server.api, 'tests', 'lambda-fixtures.worker=w'),
    streams: new PodStreams(server.api, 'tests'),
    lease: {
      worker: 'w',
      acquire: async () => {
        leases.push('acquired')
        return { name: 'lease-1', ownerReference: { kind: 'Lease', name: 'lease-1', uid: 'uid' } }
      },
      release: async () => void leases.push('released'),
    } as unknown as Cluster['lease'],
  }
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

function createPod(options: Partial<FunctionPodOptions> = {}, settings: KubernetesOptions = {}): FunctionPod {
  const image = {
    reference: 'shop:1',
    architecture: 'x86_64',
    environment: {},
    workingDirectory: '',
    entryPoint: ['/app'],
    command: [],
  }
  return new FunctionPod({
    instanceId: INSTANCE,
    cluster: { ...cluster, settings: { ...cluster.settings, ...settings } as Cluster['settings'] },
    image: image as FunctionPodOptions['image'],
    fn: lambdaFunction({ functionName: 'orders', imageUri: 'shop:1', runtime: undefined, handler: undefined }),
    code: undefined,
    layers: [],
    deployId: 'deploy',
    ports: [],
    ...options,
  })
}

/** Runs the pod that was created: from now on an exec reaches its init. */
function run(body: { spec: { containers: { env: { name: string; value: string }[] }[] } }): {
  init: InitDouble
  sockets: WebSocket[]
} {
  const token = body.spec.containers[0]!.env.find(({ name }) => name === 'LF_TOKEN')!.value
  const init = new InitDouble(Buffer.from(token, 'hex'))
  const sockets: WebSocket[] = []
  server.onExec = socket => {
    sockets.push(socket)
    const take = init.connect(bytes => socket.send(Buffer.concat([Buffer.of(1), bytes])))
    socket.on('message', data => take((data as Buffer).subarray(1)))
  }
  server.put(POD, { metadata: {}, spec: { nodeName: 'node-1' }, status: { phase: 'Pending' } })
  return { init, sockets }
}

/** A pod whose init waits for its START command. */
async function started(options: Partial<FunctionPodOptions> = {}) {
  const pod = createPod(options)
  const creating = pod.sandbox.create(events)
  const { body } = await server.called('POST', PODS)
  const running = run(body)
  await elapse(USUAL_START)
  await creating
  return { pod, ...running }
}

describe('the start of a pod', () => {
  test('creates it with its lease, waits for its node, and opens the stream to its init', async () => {
    const service = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void service.close())
    await once(service, 'listening')
    const { pod, init } = await started({ ports: [(service.address() as AddressInfo).port] })
    expect(pod.handle).toEqual({ kind: 'pod', namespace: 'tests', name: NAME })
    expect(init.commands).toEqual(['listen'])
    expect(leases).toEqual(['acquired'])
    await pod.sandbox.start()
    expect(init.commands).toEqual(['listen', 'start'])
    await pod.sandbox.destroy()
    expect(server.paths).toEqual([])
    expect(leases).toEqual(['acquired', 'released'])
    await server.noWatch()
  })

  test('asks for a pod with our init, AWS’s limits and the lease as its owner', async () => {
    const { pod } = createdPod()
    const { body } = await server.called('POST', PODS)
    expect(body).toMatchObject({
      metadata: {
        name: NAME,
        labels: { 'lambda-fixtures.worker': 'w', 'lambda-fixtures.function': 'orders', 'lambda-fixtures.instance': INSTANCE },
        ownerReferences: [{ kind: 'Lease', name: 'lease-1', uid: 'uid' }],
      },
      spec: {
        restartPolicy: 'Never',
        nodeSelector: { 'kubernetes.io/arch': 'amd64' },
        securityContext: { runAsNonRoot: true, runAsUser: 993, runAsGroup: 990 },
        containers: [
          {
            name: 'function',
            image: 'shop:1',
            command: ['/lf/init', '--'],
            resources: { limits: { memory: '128Mi' }, requests: { memory: '128Mi', cpu: '7m' } },
            volumeMounts: [{ mountPath: '/lf' }, { mountPath: '/tmp' }],
          },
        ],
        volumes: [{ configMap: { name: 'lease-1', items: [{ key: 'init-x86_64' }] } }, { emptyDir: { sizeLimit: '512Mi' } }],
      },
    })
    const variables = Object.fromEntries(body.spec.containers[0].env.map(({ name, value }: any) => [name, value]))
    expect(variables).toMatchObject({
      LF_ID: INSTANCE,
      LF_GRACE: '30000',
      LF_FIRST_STREAM: '30000',
      LF_WRITABLE: '/lf-task:/lf-opt',
      LF_UNSET: expect.stringContaining('HOME:HOSTNAME:KUBERNETES_SERVICE_HOST:'),
    })
    await pod.sandbox.destroy()
  })

  test('mounts code and layers twice, so that the function can only read them', async () => {
    const { pod } = createdPod({
      fn: lambdaFunction({ functionName: 'orders' }),
      layers: [{ sha256: '', entries: [], bytes: async () => new Uint8Array() }],
    })
    const { body } = await server.called('POST', PODS)
    expect(body.spec.containers[0].volumeMounts.slice(2)).toEqual([
      { name: 'lambda-task', mountPath: '/lf-task' },
      { name: 'lambda-task', mountPath: '/var/task', readOnly: true },
      { name: 'lambda-opt', mountPath: '/lf-opt' },
      { name: 'lambda-opt', mountPath: '/opt', readOnly: true },
    ])
    await pod.sandbox.destroy()
  })

  test('goes on when the API server can’t create the pod at first, or its answer is lost', async () => {
    server.refuse = ({ method }) => (method === 'POST' ? { status: 503 } : undefined)
    const { pod, creating } = createdPod()
    await timer(100)
    server.refuse = ({ method, path }) => {
      if (method !== 'POST' || path !== PODS) return undefined
      server.refuse = () => undefined
      return 'lost'
    }
    await elapse(100)
    await elapse(200)
    await server.called('POST', PODS)
    run((await server.called('POST', PODS)).body)
    await elapse(USUAL_START)
    await creating
    await pod.sandbox.destroy()
  })

  test('does not create a pod that is no longer needed', async () => {
    const acquired = Promise.withResolvers<never>()
    Object.assign(cluster.lease, { acquire: () => acquired.promise })
    const { pod, failed } = createdPod()
    const destroyed = pod.sandbox.destroy()
    acquired.resolve({ name: 'lease-1', ownerReference: {} } as never)
    await destroyed
    expect(await failed).toContain('it was terminated while it started')
    expect(server.calls).not.toContain(`POST ${PODS}`)
    expect(leases).toEqual(['released'])
  })
})

describe('a pod that can’t start', () => {
  test('is removed after the request to create it was answered, if it is terminated meanwhile', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<undefined>()
    server.refuse = ({ method }) => {
      if (method !== 'POST') return undefined
      asked.resolve()
      return answer.promise
    }
    const { pod, failed } = createdPod()
    await asked.promise
    const destroyed = pod.sandbox.destroy()
    // Long enough for a request to remove the pod to arrive.
    for (let trip = 0; trip < 3; trip++) await server.api.request('GET', EVENTS)
    expect(leases).toEqual(['acquired'])
    answer.resolve(undefined)
    await destroyed
    expect(server.calls.filter(call => !call.startsWith('GET'))).toEqual([`POST ${PODS}`, `DELETE ${POD}`])
    expect(server.paths).toEqual([])
    expect(await failed).toContain('it was terminated while it started')
  })

  test('says what the API server has against it', async () => {
    server.refuse = ({ method }) => (method === 'POST' ? { status: 403, message: 'pods is forbidden' } : undefined)
    const { pod, failed } = createdPod()
    expect(await failed).toBe(
      `INSTANCE_START_FAILED: kubernetes could not create a pod for "orders" in the namespace tests of ${server.api.server}: ` +
        'pods is forbidden. docs/kubernetes-rbac.yaml lists all rights that are needed.',
    )
    await pod.sandbox.destroy()
    expect(leases).toEqual(['acquired', 'released'])
  })

  test('says that a stream to it is not allowed', async () => {
    const { pod, failed } = createdPod()
    const { body } = await server.called('POST', PODS)
    server.refuse = ({ path }) => (path.endsWith('/exec') ? { status: 403, message: 'pods/exec is forbidden' } : undefined)
    run(body)
    await elapse(USUAL_START)
    await timer(40)
    advance(11_000)
    expect(await failed).toBe(
      `INSTANCE_START_FAILED: kubernetes could not open a stream to ${NAME}, the pod of "orders" in the namespace tests of ` +
        `${server.api.server}: pods/exec is forbidden. docs/kubernetes-rbac.yaml lists all rights that are needed.`,
    )
    await pod.sandbox.destroy()
  })

  test('says what is wrong with its image, with its events', async () => {
    const { pod, failed } = createdPod()
    const { body } = await server.called('POST', PODS)
    server.put(`${EVENTS}/e1`, { metadata: {}, reason: 'BackOff', message: 'Back-off pulling image' })
    run(body)
    const waiting = { reason: 'ImagePullBackOff', message: 'no such host' }
    server.put(POD, { metadata: {}, status: { containerStatuses: [{ name: 'function', state: { waiting } }] } })
    expect(await failed).toBe(
      `IMAGE_PULL_FAILED: kubernetes could not start "orders": its pod tests/${NAME} can’t run: ImagePullBackOff: no such host.\n` +
        'Its events: BackOff: Back-off pulling image',
    )
    await pod.sandbox.destroy()
  })

  test('says what it waits for when the time is over', async () => {
    const { pod, failed } = createdPod({}, { startTimeout: 2_000 })
    await server.called('POST', PODS)
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }]
    await server.answered('POST', PODS)
    server.put(POD, { metadata: {}, status: { conditions } })
    await new Promise(setImmediate)
    await elapse(2_000)
    expect(await failed).toBe(
      `LAUNCH_TIMEOUT: kubernetes has not started "orders" within 2 s: its pod tests/${NAME} (shop:1): ` +
        'it is not scheduled: Unschedulable: 0/3 nodes are available.',
    )
    await pod.sandbox.destroy()
  })
})

describe('a pod that runs', () => {
  test('is lost, with the reason, when it is deleted', async () => {
    const { pod } = await started()
    await pod.sandbox.start()
    pod.sandbox.busy(true)
    server.remove(POD)
    expect((await lost).message).toBe('The container is lost: its pod was deleted.')
    await pod.sandbox.destroy()
  })

  test('gets another stream when its node is no longer ready', async () => {
    const { pod, sockets } = await started()
    const conditions = [
      { type: 'Ready', status: 'False' },
      { type: 'ContainersReady', status: 'True' },
    ]
    server.put(POD, { metadata: {}, spec: { nodeName: 'node-1' }, status: { conditions } })
    await server.called('GET', `${POD}/exec`)
    await server.called('GET', `${POD}/exec`)
    expect(sockets).toHaveLength(2)
    await pod.sandbox.destroy()
  })

  test('gets another stream when it does not answer while something runs', async () => {
    const { pod, init } = await started()
    await pod.sandbox.start()
    await server.called('GET', `${POD}/exec`)
    init.reply = command => (command === 'memory' ? 'none' : undefined)
    pod.sandbox.busy(true)
    await elapse(30_000)
    await elapse(30_000)
    await server.called('GET', `${POD}/exec`)
    pod.sandbox.busy(false)
    await pod.sandbox.destroy()
  })
})

/** A pod that is being created; `failed` resolves with the code and message of the failure. */
function createdPod(options: Partial<FunctionPodOptions> = {}, settings: KubernetesOptions = {}) {
  const pod = createPod(options, settings)
  const creating = pod.sandbox.create(events)
  const failed = creating.then(
    () => 'it has started',
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  )
  return { pod, creating, failed }
}
