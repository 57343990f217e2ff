import { initExitReason } from '../../init/init-exit.ts'
import type { ContainerState, Pod } from '../api/resources.ts'
import { CONTAINER } from './pod-spec.ts'

/** Why a pod will not run, or not any more. */
export interface PodFailure {
  readonly code: 'INSTANCE_START_FAILED' | 'IMAGE_PULL_FAILED'
  /** Completes "its pod …": what is wrong, and the cluster's own words. */
  readonly reason: string
}

/** The kubelet tries these again, but what it tries doesn't change. A first failed pull is not among them: registries have bad moments. */
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

/** `undefined` while it runs, or may yet. */
export function podFailure(pod: Pod | undefined): PodFailure | undefined {
  if (pod === undefined) return failed('was deleted')
  const { status = {}, metadata } = pod
  if (metadata.deletionTimestamp !== undefined) return failed(deleted(pod))
  const state = containerState(pod)
  if (status.reason === 'Evicted')
    return failed(`was evicted: ${status.message?.trim().replace(/\.$/, '') ?? 'no reason is given'}`)
  if (state?.terminated !== undefined) return failed(ended(state.terminated))
  if (status.phase === 'Failed' || status.phase === 'Succeeded') {
    return failed(`has ended: ${[status.reason, status.message].filter(Boolean).join(': ') || status.phase}`)
  }
  return waitingFailure(status.containerStatuses ?? [])
}

/** What it waits for, if that is said: for a launch that took too long. */
export function pendingReason(pod: Pod | undefined): string | undefined {
  const condition = pod?.status?.conditions?.find(each => each.type === 'PodScheduled' && each.status === 'False')
  if (condition !== undefined) return `it is not scheduled: ${condition.reason ?? ''}: ${condition.message ?? ''}`
  const waiting = pod === undefined ? undefined : containerState(pod)?.waiting
  if (waiting === undefined) return undefined
  return `its container waits: ${[waiting.reason, waiting.message].filter(Boolean).join(': ')}`
}

/** The node's controller has not heard of it for long: it says so of the pod, but nobody of the pod's containers. */
export function isNodeLost(pod: Pod | undefined): boolean {
  const conditions = pod?.status?.conditions ?? []
  const has = (type: string, status: string): boolean => conditions.some(each => each.type === type && each.status === status)
  return has('Ready', 'False') && has('ContainersReady', 'True')
}

export function containerState(pod: Pod): ContainerState | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === CONTAINER)?.state
}

/** Evictions, drains and preemptions say so. */
function deleted({ status }: Pod): string {
  const disruption = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  return disruption === undefined ? 'was deleted' : `was deleted: ${disruption.reason ?? ''}: ${disruption.message ?? ''}`
}

function waitingFailure(statuses: NonNullable<NonNullable<Pod['status']>['containerStatuses']>): PodFailure | undefined {
  for (const { name, state } of statuses) {
    const { reason = '', message = '' } = state?.waiting ?? {}
    if (!HOPELESS.has(reason)) continue
    const which = name === CONTAINER ? 'can’t run' : `can’t run its container ${name}`
    const isPull = /Image|Registry/.test(reason)
    return {
      code: isPull ? 'IMAGE_PULL_FAILED' : 'INSTANCE_START_FAILED',
      reason: `${which}: ${reason}${message && `: ${message}`}`,
    }
  }
  return undefined
}

function ended({ reason, exitCode, message }: NonNullable<ContainerState['terminated']>): string {
  if (reason === 'OOMKilled') return 'was killed by the kernel for want of memory (OOMKilled)'
  const said = message ? `: ${message.trim()}` : ''
  const own = initExitReason(exitCode)
  if (own !== undefined) return `has ended: ${own} (exit code ${exitCode})${said}`
  if (exitCode === 137) return `was killed (exit code 137)${said}`
  return `has ended with exit code ${exitCode} (${reason ?? 'no reason is given'})${said}`
}

const failed = (reason: string): PodFailure => ({ code: 'INSTANCE_START_FAILED', reason })
