import { ownerState, reasonToKeep } from '../../../model/owner.ts'
import type { ReapReport } from '../../../model/reap-report.ts'
import { now } from '../../../platform/clock.ts'
import { LABELS, ownerOf } from '../../../reaper/labels.ts'
import { Sweep } from '../../../reaper/sweep/sweep.ts'
import type { Cluster } from '../api/cluster.ts'
import { type Lease, type Listed, leasesPath } from '../api/resources.ts'
import { MANAGED_BY } from '../object-metadata.ts'

/** The clocks of machines differ, so a lease expires this much later. */
const SKEW_MS = 60_000

/** Deletes the leases that have expired, and those of dead processes of this machine. */
export async function reapStaleLeases({ api, namespace, lease: own }: Cluster, dryRun: boolean): Promise<ReapReport> {
  const sweep = new Sweep({ dryRun })
  const labelSelector = Object.entries(MANAGED_BY)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
  const { items } = await api.request<Listed<Lease>>('GET', leasesPath(namespace), { query: { labelSelector } })
  for (const lease of items) {
    const { name, annotations = {}, uid, resourceVersion } = lease.metadata
    if (name.includes(`-${own.worker}-`)) continue
    const session = annotations[LABELS.session]
    const resource = {
      backend: 'kubernetes',
      kind: 'lease',
      id: `${namespace}/${name}`,
      ...(session !== undefined && { session }),
    }
    const reason = reasonToKeepLease(lease)
    if (reason !== undefined) {
      sweep.keep(resource, reason)
      continue
    }
    await sweep.remove(resource, async () => {
      // The server refuses if the lease has been renewed since it was listed.
      const body = { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background' }
      await api.remove(leasesPath(namespace, name), { body })
    })
  }
  return sweep.report
}

function reasonToKeepLease({ metadata, spec }: Lease): string | undefined {
  const owner = ownerOf(metadata.annotations ?? {})
  const state = owner === undefined ? 'unknown' : ownerState(owner)
  if (owner !== undefined && state !== 'unknown') return reasonToKeep(owner)
  const renewed = Date.parse(spec?.renewTime ?? metadata.creationTimestamp ?? '')
  const ends = renewed + (spec?.leaseDurationSeconds ?? 0) * 1000
  if (ends + SKEW_MS < now()) return undefined
  return `its lease was renewed ${Math.round((now() - renewed) / 1000)} s ago`
}
