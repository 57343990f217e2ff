import { beforeEach, expect, test, vi } from 'vitest'
import type { Pod } from '../../../../../src/backends/kubernetes/api/resources.ts'
import { PodState } from '../../../../../src/backends/kubernetes/pod/pod-state.ts'
import { elapse, reset } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))

const events = { failure: vi.fn(), nodeLost: vi.fn() }
let state: PodState
beforeEach(() => {
  reset()
  vi.clearAllMocks()
  state = new PodState(events)
})

const pod = (rest: Partial<Pod> = {}): Pod => ({ metadata: { name: 'orders' }, ...rest })
const conditions = (ready: string): Partial<Pod> => ({
  status: {
    conditions: [
      { type: 'Ready', status: ready },
      { type: 'ContainersReady', status: 'True' },
    ],
  },
})

test('is scheduled once it has a node', () => {
  state.update(pod())
  expect(state.isScheduled).toBe(false)
  state.update(pod({ spec: { nodeName: 'node-1' } }))
  expect(state.isScheduled).toBe(true)
})

test('reports the first failure, and keeps it and the last state', () => {
  state.update(pod({ status: { phase: 'Failed', reason: 'Evicted', message: 'low on memory' } }))
  state.update(undefined)
  expect(state.failure?.reason).toBe('was evicted: low on memory')
  expect(state.pod?.status?.reason).toBe('Evicted')
  expect(events.failure).toHaveBeenCalledOnce()
})

test('reports each time that its node is no longer ready', () => {
  for (const ready of ['True', 'False', 'False', 'True', 'False']) state.update(pod(conditions(ready)))
  expect(events.nodeLost).toHaveBeenCalledTimes(2)
  expect(events.failure).not.toHaveBeenCalled()
})

test('wakes those that wait for a change, and after their patience', async () => {
  const [first, second] = [state.change(1_000), state.change(5_000)]
  await elapse(1_000)
  await first
  state.update(pod())
  await second
})
