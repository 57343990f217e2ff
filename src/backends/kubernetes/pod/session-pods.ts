import type { SessionResource } from '../../../model/session-resource.ts'
import { LABELS, ownerOf } from '../../../reaper/labels.ts'
import type { Cluster } from '../api/cluster.ts'
import { type Lease, type Listed, leasesPath, type Pod, podsPath } from '../api/resources.ts'

/** The pods of a session, without those that are being deleted or will be because their lease is gone. */
export async function sessionPods({ api, namespace }: Cluster, session: string): Promise<readonly SessionResource[]> {
  const query = { labelSelector: `${LABELS.session}=${session}` }
  const [pods, leases] = await Promise.all([
    api.request<Listed<Pod>>('GET', podsPath(namespace), { query }),
    api.request<Listed<Lease>>('GET', leasesPath(namespace), { query }),
  ])
  const owners = new Set(leases.items.map(({ metadata }) => metadata.uid))
  const remaining = pods.items.filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined && metadata.ownerReferences?.some(({ uid }) => owners.has(uid)),
  )
  return remaining.map(({ metadata: { name, annotations = {} } }) => {
    const owner = ownerOf(annotations)
    const { [LABELS.functionName]: functionName, [LABELS.thread]: thread } = annotations
    return {
      backend: 'kubernetes',
      kind: 'pod',
      id: `${namespace}/${name}`,
      session,
      ...(functionName !== undefined && { functionName }),
      ...(owner !== undefined && { owner }),
      ...(thread !== undefined && { threadId: Number(thread) }),
    }
  })
}
