import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PodWatch } from '../../../../../src/backends/kubernetes/api/pod-watch.ts'
import type { Pod } from '../../../../../src/backends/kubernetes/api/resources.ts'
import { ApiServerDouble } from '../../../../support/api-server-double.ts'
import { advance, elapse, reset, timer } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))

const PODS = '/api/v1/namespaces/tests/pods'

let server: ApiServerDouble
let watch: PodWatch
beforeEach(async () => {
  reset()
  server = await ApiServerDouble.start()
  watch = new PodWatch(server.api, 'tests', 'worker=w')
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

/** Follows a pod. `next` resolves with the phase of its next reported state, or `gone`. */
function follow(name: string) {
  const states: string[] = []
  let notify = (): void => {}
  const { created, stop } = watch.follow(name, (pod: Pod | undefined) => {
    states.push(pod?.status?.phase ?? 'gone')
    notify()
  })
  const next = async (): Promise<string> => {
    while (states.length === 0) await new Promise<void>(resolve => (notify = resolve))
    return states.shift()!
  }
  return { created, stop, next, states }
}

const put = (name: string, phase: string): void => server.put(`${PODS}/${name}`, { metadata: {}, status: { phase } })

test('lists the pods once, and then watches from the version of the list', async () => {
  put('early', 'Pending')
  const { next, stop } = follow('early')
  const list = await server.called('GET', PODS)
  expect(Object.fromEntries(list.query)).toEqual({ labelSelector: 'worker=w' })
  expect(await next()).toBe('Pending')
  const { query } = await server.called('GET', PODS)
  expect(Object.fromEntries(query)).toEqual({
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: '290',
    labelSelector: 'worker=w',
    resourceVersion: '101',
  })
  put('early', 'Running')
  expect(await next()).toBe('Running')
  server.remove(`${PODS}/early`)
  expect(await next()).toBe('gone')
  stop()
})

test('follows several pods with one watch, which closes after the last one', async () => {
  const [a, b] = [follow('a'), follow('b')]
  await server.called('GET', PODS)
  await server.called('GET', PODS)
  put('a', 'Pending')
  put('b', 'Running')
  put('somebody-else', 'Running')
  expect([await a.next(), await b.next()]).toEqual(['Pending', 'Running'])
  a.stop()
  put('a', 'Running')
  put('b', 'Failed')
  expect(await b.next()).toBe('Failed')
  expect(a.states).toEqual([])
  expect(server.calls).toEqual([])
  expect(server.openWatches).toBe(1)
  b.stop()
  await server.noWatch()
})

test('lists again for the next pod after the watch was closed', async () => {
  follow('first').stop()
  await server.called('GET', PODS)
  await server.called('GET', PODS)
  await server.noWatch()
  put('second', 'Running')
  const { next, stop } = follow('second')
  expect((await server.called('GET', PODS)).query.has('watch')).toBe(false)
  expect(await next()).toBe('Running')
  stop()
})

test('continues from the last version, which bookmarks move on, when the server ends a watch', async () => {
  const { next, stop } = follow('a')
  await server.called('GET', PODS)
  await server.called('GET', PODS)
  server.send('BOOKMARK', { metadata: { resourceVersion: '500' } })
  server.endWatches('end')
  const { query } = await server.called('GET', PODS)
  expect(query.get('resourceVersion')).toBe('500')
  put('a', 'Running')
  expect(await next()).toBe('Running')
  stop()
})

test.each(['answer', 'event'] as const)('lists again when the server has forgotten the version (%s)', async how => {
  const [kept, removed, expected] = [follow('kept'), follow('removed'), follow('expected')]
  await server.called('GET', PODS)
  await server.called('GET', PODS)
  put('kept', 'Pending')
  put('removed', 'Pending')
  expect([await kept.next(), await removed.next()]).toEqual(['Pending', 'Pending'])
  server.endWatches('end')
  server.remove(`${PODS}/removed`)
  put('kept', 'Running')
  server.forget(how)
  await elapse(50)
  expect([await kept.next(), await removed.next()]).toEqual(['Running', 'gone'])
  // This pod was not created yet.
  expect(expected.states).toEqual([])
  for (const { stop } of [kept, removed, expected]) stop()
})

test('reports a pod as gone that was created and is missing in the first list', async () => {
  const asked = new Promise<void>(resolve => {
    server.refuse = () => {
      resolve()
      return { status: 503 }
    }
  })
  const { created, next, stop } = follow('a')
  await asked
  created()
  server.refuse = () => undefined
  await elapse(50)
  expect(await next()).toBe('gone')
  stop()
})

test('waits longer after each failure, up to two seconds', async () => {
  server.refuse = () => ({ status: 503 })
  const { next, stop } = follow('a')
  for (const pause of [50, 100, 200, 400, 800, 1_600, 2_000, 2_000]) await elapse(pause)
  await timer(2_000)
  server.refuse = () => undefined
  put('a', 'Running')
  await elapse(2_000)
  expect(await next()).toBe('Running')
  await server.watching()
  // A watch that ends properly resets the pause.
  server.endWatches('end')
  await server.watching()
  server.endWatches('cut')
  await timer(50)
  stop()
})

test('opens another watch when the connection breaks', async () => {
  const { next, stop } = follow('a')
  await server.called('GET', PODS)
  await server.called('GET', PODS)
  server.endWatches('cut')
  await elapse(50)
  await server.called('GET', PODS)
  put('a', 'Running')
  expect(await next()).toBe('Running')
  stop()
})

test('opens another watch when one has been silent for 150 s', async () => {
  const { next, stop } = follow('a')
  await server.called('GET', PODS)
  await server.called('GET', PODS)
  put('a', 'Pending')
  expect(await next()).toBe('Pending')
  advance(149_999)
  put('a', 'Running')
  expect(await next()).toBe('Running')
  advance(149_999)
  expect(server.openWatches).toBe(1)
  advance(1)
  const { query } = await server.called('GET', PODS)
  expect(query.get('resourceVersion')).toBe('102')
  stop()
})
