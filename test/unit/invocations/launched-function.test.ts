import { describe, expect, test } from 'vitest'
import type { LambdaBackend } from '../../../src/backends/backend.ts'
import { type Deployment, LaunchedFunction } from '../../../src/invocations/launched-function.ts'
import type { LambdaFunction } from '../../../src/model/lambda-function.ts'
import { InstanceDouble, outcome } from '../../support/instance-double.ts'
import { lambdaFunction } from '../../support/lambda-function.ts'
import { record } from '../../support/results.ts'

/** A double of a backend that launches doubles of instances at once. */
class BackendDouble implements LambdaBackend {
  readonly name = 'double'
  readonly instances: InstanceDouble[] = []
  readonly launched: LambdaFunction[] = []
  readonly terminated: unknown[] = []

  async launch(fn: LambdaFunction): Promise<InstanceDouble> {
    this.launched.push(fn)
    const instance = new InstanceDouble(`i${this.launched.length}`)
    this.instances.push(instance)
    return instance
  }

  async terminate(handle: unknown): Promise<void> {
    this.terminated.push(handle)
  }
}

function start(concurrency = 2): { fn: LaunchedFunction; backend: BackendDouble } {
  const backend = new BackendDouble()
  const deployment: Deployment = {
    backend,
    fn: lambdaFunction(),
    code: undefined,
    layers: [],
    deployId: 'deploy' as Deployment['deployId'],
    sourceMap: {},
    concurrency,
  }
  return { fn: new LaunchedFunction(deployment), backend }
}

test('launch() launches the first instance, and the first event runs on it', async () => {
  const { fn, backend } = start()
  await fn.launch()
  expect(fn.instances.map(({ id }) => id)).toEqual(['i1'])
  const result = await fn.invoke({ event: { id: 'a1' } })
  expect(result).toMatchObject({ ok: true, payload: null, functionName: 'orders', backend: 'double', instance: 'i1' })
  expect(Buffer.from(backend.instances[0]!.requests[0]!.payload).toString()).toBe('{"id":"a1"}')
})

test('the log has the records of all instances', async () => {
  const { fn, backend } = start()
  await fn.launch()
  backend.instances[0]!.log(record('first'))
  await fn.restart()
  backend.instances[1]!.log(record('second'))
  expect(fn.log.records.map(({ message }) => message)).toEqual(['first', 'second'])
})

test('a request that AWS refuses reaches no instance', async () => {
  const { fn, backend } = start()
  await expect(fn.invoke({ qualifier: 'live' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  expect(backend.launched).toEqual([])
  expect(fn.openInvocations).toEqual([])
})

describe('open invocations', () => {
  test('are those that run or wait, oldest first, with their age', async () => {
    const { fn, backend } = start(1)
    await fn.launch()
    const answered = Promise.withResolvers<ReturnType<typeof outcome>>()
    backend.instances[0]!.answer = () => answered.promise
    const ids = ['5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b11', '5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b12']
    const invoking = ids.map(requestId => fn.invoke({ requestId }))
    expect(fn.openInvocations).toEqual(ids.map(requestId => ({ requestId, ageMs: expect.any(Number) })))
    answered.resolve(outcome('1'))
    await Promise.all(invoking)
    expect(fn.openInvocations).toEqual([])
  })

  test('end when the instance fails', async () => {
    const { fn, backend } = start()
    await fn.launch()
    backend.instances[0]!.answer = () => Promise.reject(new Error('no'))
    await expect(fn.invoke({})).rejects.toThrow('no')
    expect(fn.openInvocations).toEqual([])
  })
})

describe('a concurrency of 0', () => {
  test('launches nothing and throttles each event', async () => {
    const { fn, backend } = start(0)
    await fn.launch()
    await expect(fn.invoke({})).rejects.toMatchObject({ name: 'TooManyRequestsException', statusCode: 429 })
    expect(backend.launched).toEqual([])
  })

  test('throttles the events that wait when it is configured', async () => {
    const { fn, backend } = start(1)
    await fn.launch()
    const answered = Promise.withResolvers<ReturnType<typeof outcome>>()
    backend.instances[0]!.answer = () => answered.promise
    const [running, waiting] = [fn.invoke({}), fn.invoke({})]
    const reconfigured = fn.reconfigure(lambdaFunction({ timeout: 5 }), 0)
    await expect(waiting).rejects.toMatchObject({ name: 'TooManyRequestsException' })
    answered.resolve(outcome('1'))
    expect(await running).toMatchObject({ payload: 1 })
    await reconfigured
    expect(fn.instances).toEqual([])
  })
})

test('restart() replaces the instance', async () => {
  const { fn, backend } = start()
  await fn.launch()
  await fn.restart()
  expect(backend.terminated).toEqual([{ kind: 'container', id: 'i1' }])
  expect(await fn.invoke({})).toMatchObject({ instance: 'i2' })
})

test('reconfigure() runs later events with the new configuration', async () => {
  const { fn, backend } = start()
  await fn.launch()
  await fn.reconfigure(lambdaFunction({ timeout: 5 }), 3)
  expect(fn.deployment).toMatchObject({ fn: { timeout: 5 }, concurrency: 3 })
  await fn.invoke({})
  expect(backend.launched.map(({ timeout }) => timeout)).toEqual([3, 5])
})

test('terminate() ends the instances and then the log', async () => {
  const { fn, backend } = start()
  await fn.launch()
  const following = Array.fromAsync(fn.log.follow())
  await fn.terminate()
  await fn.terminate()
  expect(backend.terminated).toEqual([{ kind: 'container', id: 'i1' }])
  expect(fn.ended).toBe(true)
  expect(await following).toEqual([])
  await expect(fn.invoke({})).rejects.toMatchObject({ code: 'TERMINATED' })
})
