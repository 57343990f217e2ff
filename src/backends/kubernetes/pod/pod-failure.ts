import { initExitReason } from '../../init/init-exit.ts'
import type { ContainerState, Pod } from '../api/resources.ts'
import { CONTAINER } from './pod-spec.ts'

/** Why a pod will not run, or no longer runs. */
export interface PodFailure {
  readonly code: 'INSTANCE_START_FAILED' | 'IMAGE_PULL_FAILED'
  /** Completes "its pod …", in the cluster's own words where it gives any. */
  readonly reason: string
}

/** The kubelet retries these, but without success. `ErrImagePull` is missing, because a registry may fail once. */
const HOPELESS: ReadonlySet<string> = new Set([
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
])

/** Why this pod has failed, or `undefined` if it runs or may still start. @param pod `undefined` if it is gone */
export function podFailure(pod: Pod | undefined): PodFailure | undefined {
  if (pod === undefined) return failed('was deleted')
  const { status = {}, metadata } = pod
  if (metadata.deletionTimestamp !== undefined) return failed(deletionReason(pod))
  const state = containerState(pod)
  if (status.reason === 'Evicted')
    return failed(`was evicted: ${status.message?.trim().replace(/\.$/, '') ?? 'no reason is given'}`)
  if (state?.terminated !== undefined) return failed(terminationReason(state.terminated))
  if (status.phase === 'Failed' || status.phase === 'Succeeded') {
    return failed(`has ended: ${[status.reason, status.message].filter(Boolean).join(': ') || status.phase}`)
  }
  return waitingFailure(status.containerStatuses ?? [])
}

/** What a pod that does not run waits for, if the cluster says so. */
export function pendingReason(pod: Pod | undefined): string | undefined {
  const condition = pod?.status?.conditions?.find(each => each.type === 'PodScheduled' && each.status === 'False')
  if (condition !== undefined) return `it is not scheduled: ${condition.reason ?? ''}: ${condition.message ?? ''}`
  const waiting = pod === undefined ? undefined : containerState(pod)?.waiting
  if (waiting === undefined) return undefined
  return `its container waits: ${[waiting.reason, waiting.message].filter(Boolean).join(': ')}`
}

/** Whether the pod's node has stopped to report. Then the node controller changes the condition of the pod, but not of its containers. */
export function isNodeLost(pod: Pod | undefined): boolean {
  const conditions = pod?.status?.conditions ?? []
  const has = (type: string, status: string): boolean => conditions.some(each => each.type === type && each.status === status)
  return has('Ready', 'False') && has('ContainersReady', 'True')
}

/** The state of the function's container. */
export function containerState(pod: Pod): ContainerState | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === CONTAINER)?.state
}

/** Evictions, drains and preemptions leave a condition. */
function deletionReason({ status }: Pod): string {
  const disruption = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  return disruption === undefined ? 'was deleted' : `was deleted: ${disruption.reason ?? ''}: ${disruption.message ?? ''}`
}

function waitingFailure(statuses: NonNullable<NonNullable<Pod['status']>['containerStatuses']>): PodFailure | undefined {
  for (const { name, state } of statuses) {
    const { reason = '', message = '' } = state?.waiting ?? {}
    if (!HOPELESS.has(reason)) continue
    const subject = name === CONTAINER ? 'can’t run' : `can’t run its container ${name}`
    const isPull = /Image|Registry/.test(reason)
    return {
      code: isPull ? 'IMAGE_PULL_FAILED' : 'INSTANCE_START_FAILED',
      reason: `${subject}: ${reason}${message && `: ${message}`}`,
    }
  }
  return undefined
}

function terminationReason({ reason, exitCode, message }: NonNullable<ContainerState['terminated']>): string {
  if (reason === 'OOMKilled') return 'was killed because it used more memory than its limit (OOMKilled)'
  const detail = message ? `: ${message.trim()}` : ''
  const own = initExitReason(exitCode)
  if (own !== undefined) return `has ended: ${own} (exit code ${exitCode})${detail}`
  if (exitCode === 137) return `was killed (exit code 137)${detail}`
  return `has ended with exit code ${exitCode} (${reason ?? 'no reason is given'})${detail}`
}

const failed = (reason: string): PodFailure => ({ code: 'INSTANCE_START_FAILED', reason })
