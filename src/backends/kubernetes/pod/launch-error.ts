import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { LambdaFunction } from '../../../model/lambda-function.ts'
import { isInstanceLost } from '../../init/tunnel/instance-lost.ts'
import { ApiError, hasStatus } from '../api/api-error.ts'
import type { Cluster } from '../api/cluster.ts'
import { type ClusterEvent, eventsPath, type Listed } from '../api/resources.ts'
import { pendingReason } from './pod-failure.ts'
import type { PodState } from './pod-state.ts'

const EVENTS_SHOWN = 4

export interface FailedLaunch {
  readonly cluster: Cluster
  readonly fn: LambdaFunction
  readonly pod: string
  readonly image: string
  readonly state: PodState
}

/** Says why a pod could not be created or does not run, in the cluster's words and with the pod's events. */
export async function launchError(error: unknown, failed: FailedLaunch): Promise<RuntimeError> {
  const { cluster, fn, pod, image, state } = failed
  const { namespace } = cluster
  const data = { functionName: fn.functionName, backend: 'kubernetes', namespace, pod, image }
  if (error instanceof RuntimeError && !isInstanceLost(error)) return error
  const refusal = error instanceof RuntimeError ? refusalIn(error) : (error as Error)
  if (refusal !== undefined) {
    const attempt = error === refusal ? 'create a pod for' : `open a stream to ${pod}, the pod of`
    const what = `kubernetes could not ${attempt} "${fn.functionName}" in the namespace ${namespace} of ${cluster.api.server}`
    const message = `${what}: ${sentence(refusal.message)}${remedy(refusal)}`
    return new RuntimeError('INSTANCE_START_FAILED', message, { data, cause: error })
  }
  const events = await podEvents(cluster, pod).catch(() => [])
  const list = events.length === 0 ? '' : `\nIts events: ${events.join('\n  ')}`
  const { failure } = state
  if (failure !== undefined) {
    const message = `kubernetes could not start "${fn.functionName}": its pod ${namespace}/${pod} ${sentence(failure.reason)}${list}`
    return new RuntimeError(failure.code, message, { data: { ...data, events }, cause: error })
  }
  const seconds = cluster.settings.startTimeout / 1000
  const reason = pendingReason(state.pod) ?? (error as Error).message
  return new RuntimeError(
    'LAUNCH_TIMEOUT',
    `kubernetes has not started "${fn.functionName}" within ${seconds} s: its pod ${namespace}/${pod} (${image}): ${sentence(reason)}${list}`,
    { data: { ...data, events }, cause: error },
  )
}

const sentence = (text: string): string => text.replace(/\.?$/, '.')

/** The API server does not allow a stream to the pod. */
function refusalIn({ cause }: RuntimeError): ApiError | undefined {
  return cause instanceof ApiError && hasStatus(cause, 401, 403) ? cause : undefined
}

function remedy(error: Error): string {
  if (hasStatus(error, 401)) return ' The credentials in the kubeconfig are wrong or have expired.'
  if (!hasStatus(error, 403) || /exceeded quota|violates PodSecurity/.test(error.message)) return ''
  return ' docs/kubernetes-rbac.yaml lists all rights that are needed.'
}

async function podEvents({ api, namespace }: Cluster, pod: string): Promise<readonly string[]> {
  const query = { fieldSelector: `involvedObject.name=${pod},involvedObject.kind=Pod` }
  const { items } = await api.request<Listed<ClusterEvent>>('GET', eventsPath(namespace), { query })
  const texts = items.map(({ reason, message }) => `${reason ?? ''}: ${message ?? ''}`)
  return texts.slice(-EVENTS_SHOWN)
}
