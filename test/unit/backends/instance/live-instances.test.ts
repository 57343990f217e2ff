import { expect, test, vi } from 'vitest'
import type { BackendHandle } from '../../../../src/backends/backend.ts'
import type { InstanceOptions } from '../../../../src/backends/instance/environment-instance.ts'
import { LiveInstances } from '../../../../src/backends/instance/live-instances.ts'
import { RuntimeError } from '../../../../src/errors/runtime-error.ts'
import { InProcessSandbox } from '../../../support/in-process-sandbox.ts'
import { lambdaFunction } from '../../../support/lambda-function.ts'

function options(sandbox: InProcessSandbox, handle: BackendHandle = { kind: 'container', id: 'c' }): InstanceOptions {
  return { fn: lambdaFunction(), id: 'a'.repeat(32), backend: 'docker', sandbox, taskRoot: '/var/task', handle: () => handle }
}

test('finds an instance by its handle from its launch to its end', async () => {
  const instances = new LiveInstances()
  const container = await instances.launch(options(new InProcessSandbox()))
  const pod = await instances.launch(options(new InProcessSandbox(), { kind: 'pod', namespace: 'n', name: 'p' }))
  expect(instances.find({ kind: 'container', id: 'c' })).toBe(container)
  expect(instances.find({ kind: 'container', id: 'p' })).toBeUndefined()
  expect(instances.find({ kind: 'pod', namespace: 'n', name: 'p' })).toBe(pod)
  expect(instances.find({ kind: 'pod', namespace: 'other', name: 'p' })).toBeUndefined()
  await container.end()
  await pod.end()
  expect(instances.find({ kind: 'container', id: 'c' })).toBeUndefined()
})

test('says so when the last instance has ended', async () => {
  const onEmpty = vi.fn()
  const instances = new LiveInstances(onEmpty)
  const [first, second] = await Promise.all([0, 1].map(() => instances.launch(options(new InProcessSandbox()))))
  await first!.end()
  expect(onEmpty).not.toHaveBeenCalled()
  await second!.end()
  expect(onEmpty).toHaveBeenCalledOnce()
})

test('removes a sandbox that could not be created, and passes its error on', async () => {
  const error = new RuntimeError('IMAGE_PULL_FAILED', 'No such image.')
  const sandbox = new InProcessSandbox({ create: () => Promise.reject(error) })
  const instances = new LiveInstances()
  await expect(instances.launch(options(sandbox))).rejects.toBe(error)
  expect(sandbox.calls).toEqual(['create', 'destroy'])
  expect(instances.find({ kind: 'container', id: 'c' })).toBeUndefined()
})

test('names the function and the backend if an error is not one of ours', async () => {
  const sandbox = new InProcessSandbox({ start: () => Promise.reject(new Error('no space left on device')) })
  await expect(new LiveInstances().launch(options(sandbox))).rejects.toMatchObject({
    code: 'INSTANCE_START_FAILED',
    message: 'The execution environment of "orders" on docker could not be started: no space left on device',
  })
  expect(sandbox.calls).toEqual(['create', 'start', 'destroy'])
})

test('creates nothing when the signal has aborted before', async () => {
  const sandbox = new InProcessSandbox()
  await expect(new LiveInstances().launch(options(sandbox), AbortSignal.abort())).rejects.toMatchObject({
    code: 'INSTANCE_START_FAILED',
  })
  expect(new Set(sandbox.calls)).toEqual(new Set(['destroy']))
})

test.each<[string, (abort: () => void) => InProcessSandbox, readonly string[]]>([
  ['it is created', abort => new InProcessSandbox({ create: async () => abort() }), ['create', 'destroy']],
  ['its runtime starts', abort => new InProcessSandbox({ start: async () => abort() }), ['create', 'start', 'destroy']],
])('ends a sandbox and rejects when the signal aborts while %s', async (_, make, calls) => {
  const controller = new AbortController()
  const sandbox = make(() => controller.abort())
  const instances = new LiveInstances()
  await expect(instances.launch(options(sandbox), controller.signal)).rejects.toMatchObject({ code: 'INSTANCE_START_FAILED' })
  expect([...new Set(sandbox.calls)]).toEqual(calls)
  expect(instances.find({ kind: 'container', id: 'c' })).toBeUndefined()
})
