import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiServerDouble } from '../../../../support/api-server-double.ts'
import { elapse, reset, timer } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))

const PODS = '/api/v1/namespaces/tests/pods'

let server: ApiServerDouble
beforeEach(async () => {
  reset()
  server = await ApiServerDouble.start()
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

describe('a request', () => {
  test('sends and returns JSON', async () => {
    const query = { labelSelector: 'a=b', limit: 1, command: ['x', 'y'], missing: undefined }
    expect(await server.api.request('GET', PODS, { query })).toEqual({ metadata: { resourceVersion: '100' }, items: [] })
    expect((await server.called('GET', PODS)).query.toString()).toBe('labelSelector=a%3Db&limit=1&command=x&command=y')
  })

  test('rejects with the message, the reason and the status of a refusal', async () => {
    server.refuse = () => ({ status: 403, reason: 'Forbidden', message: 'pods is forbidden' })
    await expect(server.api.request('GET', PODS)).rejects.toMatchObject({
      status: 403,
      reason: 'Forbidden',
      message: 'pods is forbidden',
    })
  })

  test('is repeated once with new credentials, which are read a second later at the earliest', async () => {
    server.refuse = ({ token }) => (token === 'first' ? { status: 401 } : undefined)
    const answers = [server.api.request('GET', PODS), server.api.request('GET', PODS)]
    await server.called('GET', PODS)
    await server.called('GET', PODS)
    await timer(1_000)
    server.token = 'second'
    await elapse(1_000)
    await Promise.all(answers)
    // The second request finds what the first has read.
    expect((await server.called('GET', PODS)).token).toBe('second')
    expect((await server.called('GET', PODS)).token).toBe('second')
    expect(server.calls).toEqual([])
  })

  test('is not repeated a second time', async () => {
    server.refuse = () => ({ status: 401, message: 'Unauthorized' })
    const answer = expect(server.api.request('GET', PODS)).rejects.toThrow('Unauthorized')
    await elapse(1_000)
    await answer
    expect(server.calls).toHaveLength(2)
  })
})

describe('create', () => {
  const body = { metadata: { name: 'orders' } }

  test('returns the object', async () => {
    const created = await server.api.create(PODS, body, { patience: 1_000 })
    expect(created).toMatchObject({ metadata: { name: 'orders', uid: expect.any(String) } })
  })

  test('returns nothing if the object exists after an answer was lost', async () => {
    server.refuse = ({ method }) => (method === 'POST' && server.paths.length === 0 ? 'lost' : undefined)
    const created = server.api.create(PODS, body, { patience: 1_000 })
    await elapse(100)
    expect(await created).toBeUndefined()
  })

  test('rejects if the object exists already', async () => {
    server.put(`${PODS}/orders`, body)
    await expect(server.api.create(PODS, body, { patience: 1_000 })).rejects.toMatchObject({ status: 409 })
  })

  test('is repeated while the server can’t answer, until the patience is over', async () => {
    server.refuse = () => ({ status: 503, message: 'starting' })
    const created = expect(server.api.create(PODS, body, { patience: 800 })).rejects.toThrow('starting')
    await elapse(100)
    await elapse(200)
    await elapse(400)
    await created
    expect(server.calls).toHaveLength(4)
  })

  test('is not repeated if nobody needs the object any more', async () => {
    server.refuse = () => ({ status: 503, message: 'starting' })
    await expect(server.api.create(PODS, body, { patience: 800, isGivenUp: () => true })).rejects.toThrow('starting')
    expect(server.calls).toHaveLength(1)
  })
})

describe('remove', () => {
  test('deletes the object, and succeeds if it does not exist', async () => {
    server.put(`${PODS}/orders`, { metadata: {} })
    await server.api.remove(`${PODS}/orders`, {})
    await server.api.remove(`${PODS}/orders`, {})
    expect(server.calls).toEqual([`DELETE ${PODS}/orders`, `DELETE ${PODS}/orders`])
  })

  test('is repeated while the server can’t answer', async () => {
    server.put(`${PODS}/orders`, { metadata: {} })
    server.refuse = () => ({ status: 429 })
    const removed = server.api.remove(`${PODS}/orders`, {})
    await timer(100)
    server.refuse = () => undefined
    await elapse(100)
    await removed
    expect(server.paths).toEqual([])
  })
})
