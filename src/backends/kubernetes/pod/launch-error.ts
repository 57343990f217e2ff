import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { LambdaFunction } from '../../../model/lambda-function.ts'
import { ApiError } from '../api/api-error.ts'
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

/** Why there is no pod, or none that runs: in the cluster's words, with its events. */
export async function launchError(error: unknown, failed: FailedLaunch): Promise<RuntimeError> {
  const { cluster, fn, pod, image, state } = failed
  const { namespace } = cluster
  const data = { functionName: fn.functionName, backend: 'kubernetes', namespace, pod, image }
  if (error instanceof RuntimeError && error.code !== 'INSTANCE_LOST') return error
  const refusal = error instanceof RuntimeError ? refusalIn(error) : error
  if (refusal !== undefined) {
    const deed = error === refusal ? 'create a pod for' : `open a stream to ${pod}, the pod of`
    const what = `kubernetes could not ${deed} "${fn.functionName}" in the namespace ${namespace} of ${cluster.api.server}`
    return new RuntimeError('INSTANCE_START_FAILED', `${what}: ${ended((refusal as Error).message)}${remedy(refusal)}`, {
      data,
      cause: error,
    })
  }
  const events = await podEvents(cluster, pod).catch(() => [])
  const told = events.length === 0 ? '' : `\nIts events: ${events.join('\n  ')}`
  const { failure } = state
  if (failure !== undefined) {
    const message = `kubernetes could not start "${fn.functionName}": its pod ${namespace}/${pod} ${ended(failure.reason)}${told}`
    return new RuntimeError(failure.code, message, { data: { ...data, events }, cause: error })
  }
  const seconds = cluster.settings.startTimeout / 1000
  const waits = pendingReason(state.pod) ?? (error as Error).message
  return new RuntimeError(
    'LAUNCH_TIMEOUT',
    `kubernetes has not started "${fn.functionName}" within ${seconds} s: its pod ${namespace}/${pod} (${image}): ${ended(waits)}${told}`,
    { data: { ...data, events }, cause: error },
  )
}

const ended = (text: string): string => text.replace(/\.?$/, '.')

/** We may not speak to the pod. */
function refusalIn({ cause }: RuntimeError): ApiError | undefined {
  return cause instanceof ApiError && (cause.status === 401 || cause.status === 403) ? cause : undefined
}

function remedy(error: unknown): string {
  if (!(error instanceof ApiError)) return ''
  if (error.status === 401) return ' The credentials of the kubeconfig are not, or no more, accepted.'
  if (/exceeded quota|violates PodSecurity/.test(error.message)) return ''
  if (error.status === 403) return ' docs/kubernetes-rbac.yaml has all the rights that are needed.'
  return ''
}

async function podEvents({ api, namespace }: Cluster, pod: string): Promise<readonly string[]> {
  const query = { fieldSelector: `involvedObject.name=${pod},involvedObject.kind=Pod` }
  const { items } = await api.request<Listed<ClusterEvent>>('GET', eventsPath(namespace), { query })
  const texts = items.map(({ reason, message }) => `${reason ?? ''}: ${message ?? ''}`)
  return texts.slice(-EVENTS_SHOWN)
}
