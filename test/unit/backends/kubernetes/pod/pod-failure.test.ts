import { expect, test } from 'vitest'
import type { ContainerState, Pod } from '../../../../../src/backends/kubernetes/api/resources.ts'
import { pendingReason, podFailure } from '../../../../../src/backends/kubernetes/pod/pod-failure.ts'

const pod = (status: Pod['status'], metadata = {}): Pod => ({ metadata: { name: 'p', ...metadata }, status })
const container = (state: ContainerState, name = 'function'): Pod => pod({ containerStatuses: [{ name, state }] })
const reason = (of: Pod | undefined): string | undefined => podFailure(of)?.reason

test('a pod that runs, or may still start, has not failed', () => {
  expect(podFailure(pod({ phase: 'Pending' }))).toBeUndefined()
  expect(podFailure(container({ running: {} }))).toBeUndefined()
  expect(podFailure(container({ waiting: { reason: 'ContainerCreating' } }))).toBeUndefined()
  expect(podFailure(container({ waiting: { reason: 'ErrImagePull' } }))).toBeUndefined()
  expect(podFailure(container({ terminated: { exitCode: 1 } }, 'sidecar'))).toBeUndefined()
})

test('a pod that has failed has a reason', () => {
  expect(reason(undefined)).toBe('was deleted')
  expect(reason(pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' }))).toBe(
    'was evicted: The node was low on memory',
  )
  expect(reason(pod({ phase: 'Failed', reason: 'NodeLost' }))).toBe('has ended: NodeLost')
  expect(reason(container({ terminated: { exitCode: 137, reason: 'OOMKilled' } }))).toBe(
    'was killed because it used more memory than its limit (OOMKilled)',
  )
  expect(reason(container({ terminated: { exitCode: 75, reason: 'Error' } }))).toBe(
    'has ended: its init had no connection to the test process for too long (exit code 75)',
  )
  expect(reason(container({ terminated: { exitCode: 128, reason: 'StartError', message: 'exec format error' } }))).toBe(
    'has ended with exit code 128 (StartError): exec format error',
  )
  expect(reason(container({ waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } }, 'proxy'))).toBe(
    'can’t run its container proxy: CrashLoopBackOff: back-off 10s',
  )
})

test('a pod that is being evicted has the reason of the eviction', () => {
  const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'evicting' }]
  expect(reason(pod({ conditions }, { deletionTimestamp: 'now' }))).toBe('was deleted: EvictionByEvictionAPI: evicting')
})

test('an image that can’t be pulled has its own code', () => {
  expect(podFailure(container({ waiting: { reason: 'ErrImageNeverPull', message: 'not present' } }))).toEqual({
    code: 'IMAGE_PULL_FAILED',
    reason: 'can’t run: ErrImageNeverPull: not present',
  })
})

test('a pod that does not run yet waits for something', () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }]
  expect(pendingReason(pod({ conditions }))).toBe('it is not scheduled: Unschedulable: 0/3 nodes are available')
  expect(pendingReason(container({ waiting: { reason: 'ErrImagePull', message: 'no such host' } }))).toBe(
    'its container waits: ErrImagePull: no such host',
  )
  expect(pendingReason(undefined)).toBeUndefined()
})
