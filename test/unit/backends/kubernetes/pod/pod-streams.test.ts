import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Pod } from '../../../../../src/backends/kubernetes/api/resources.ts'
import { PodState } from '../../../../../src/backends/kubernetes/pod/pod-state.ts'
import { type PodStreamRequest, PodStreams } from '../../../../../src/backends/kubernetes/pod/pod-streams.ts'
import { ApiServerDouble, type Refusal } from '../../../../support/api-server-double.ts'
import { advance, elapse, reset, timer } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))

const EXEC = '/api/v1/namespaces/tests/pods/orders/exec'
/** Three quarters of the first guess, 350 ms. */
const USUAL_START = 262.5
const NOT_RUNNING: Refusal = { status: 500, message: 'container not found ("function")' }

let server: ApiServerDouble
let streams: PodStreams
let state: PodState
beforeEach(async () => {
  reset()
  server = await ApiServerDouble.start()
  streams = new PodStreams(server.api, 'tests')
  state = new PodState({ failure: () => undefined, nodeLost: () => undefined })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

const pod = (rest: Partial<Pod> = {}): Pod => ({ metadata: { name: 'orders' }, spec: { nodeName: 'node-1' }, ...rest })
const open = (request: Partial<PodStreamRequest> = {}): ReturnType<PodStreams['open']> =>
  streams.open({ pod: 'orders', command: ['/lf/init'], state, patience: 30_000, isFirst: true, ...request })

test('waits for the pod’s node, and then for as long as pods usually take', async () => {
  const opening = open()
  await timer(30_000)
  expect(server.calls).toEqual([])
  state.update(pod())
  await timer(USUAL_START)
  expect(server.calls).toEqual([])
  await elapse(USUAL_START)
  const stream = await opening
  expect((await server.called('GET', EXEC)).query.get('container')).toBe('function')
  stream.destroy()
})

test('opens another stream to a running pod at once', async () => {
  state.update(pod())
  const stream = await open({ isFirst: false })
  stream.destroy()
})

test('learns how long pods take from their node to their first stream', async () => {
  state.update(pod())
  server.refuse = () => NOT_RUNNING
  const opening = open()
  await elapse(USUAL_START)
  // Attempts come every 40 ms now, and the pod runs after 1,022.5 ms.
  for (let attempt = 0; attempt < 19; attempt++) await elapse(40)
  await timer(40)
  server.refuse = () => undefined
  advance(40)
  ;(await opening).destroy()
  const next = open()
  // 0.75 × (0.6 × 350 + 0.4 × 1,062.5)
  await elapse(476.25)
  ;(await next).destroy()
})

test('tries every 40 ms for two seconds, and more and more rarely afterwards', async () => {
  state.update(pod())
  server.refuse = () => NOT_RUNNING
  const opening = open()
  await elapse(USUAL_START)
  for (let sum = USUAL_START; sum < 2_000; sum += 40) await elapse(40)
  for (const pause of [60, 90, 135, 202.5, 303.75, 455.625, 500]) await elapse(pause)
  await timer(500)
  server.refuse = () => undefined
  advance(500)
  ;(await opening).destroy()
})

test('tries every 40 ms again once the cluster reports that the container runs', async () => {
  state.update(pod())
  server.refuse = () => NOT_RUNNING
  const opening = open()
  await elapse(USUAL_START)
  for (let sum = USUAL_START; sum < 2_000; sum += 40) await elapse(40)
  await elapse(60)
  await timer(90)
  state.update(pod({ status: { containerStatuses: [{ name: 'function', state: { running: {} } }] } }))
  await timer(40)
  server.refuse = () => undefined
  advance(40)
  ;(await opening).destroy()
})

test('rejects when the pod fails meanwhile', async () => {
  const opening = expect(open()).rejects.toMatchObject({
    code: 'INSTANCE_LOST',
    message: 'The container is lost: its pod was deleted.',
  })
  await timer(30_000)
  state.update(undefined)
  await opening
})

test('rejects when the patience is over, with the last error', async () => {
  state.update(pod())
  server.refuse = () => NOT_RUNNING
  const opening = expect(open({ patience: 300 })).rejects.toThrow(
    'The container is lost: no stream to its pod could be opened for 0 s: container not found ("function").',
  )
  await elapse(USUAL_START)
  await elapse(37.5)
  await opening
})

test('takes the API server’s word that the pod does not exist, and not the kubelet’s', async () => {
  state.update(pod())
  server.refuse = () => ({ status: 404, message: 'pod not found by the kubelet' })
  const opening = expect(open()).rejects.toThrow('its pod was deleted')
  await elapse(USUAL_START)
  await timer(40)
  server.refuse = () => ({ status: 404, reason: 'NotFound', message: 'pods "orders" not found' })
  advance(40)
  await opening
  expect(state.failure).toEqual({ code: 'INSTANCE_START_FAILED', reason: 'was deleted' })
})

test('gives up a stream that is refused for ten seconds, but not one that is refused now and then', async () => {
  state.update(pod())
  const FORBIDDEN: Refusal = { status: 403, message: 'pods "orders" is forbidden' }
  server.refuse = () => FORBIDDEN
  const opening = expect(open({ isFirst: false, patience: 60_000 })).rejects.toThrow(
    'a stream to its pod is refused: pods "orders" is forbidden',
  )
  await timer(40)
  server.refuse = () => NOT_RUNNING
  advance(9_000)
  await timer(60)
  server.refuse = () => FORBIDDEN
  advance(9_000)
  await timer(90)
  advance(9_000)
  await timer(135)
  advance(9_000)
  await opening
})

test('opens four streams at a time', async () => {
  state.update(pod())
  let running = 0
  const release: (() => void)[] = []
  vi.spyOn(server.api, 'socket').mockImplementation(async () => {
    running++
    await new Promise<void>(resolve => release.push(resolve))
    running--
    throw Object.assign(new Error('not running'), { code: 'ECONNREFUSED' })
  })
  const opening = Array.from({ length: 6 }, () => open({ isFirst: false, patience: 10 }).catch(() => 'failed'))
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
  }
  await settled()
  expect(running).toBe(4)
  release.shift()!()
  await settled()
  expect(running).toBe(4)
  while (release.length > 0) {
    release.shift()!()
    await settled()
  }
  expect(running).toBe(0)
  advance(10)
  expect(await Promise.all(opening)).toEqual(Array(6).fill('failed'))
})
