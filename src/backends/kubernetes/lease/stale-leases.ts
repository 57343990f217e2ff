import { ownerState } from '../../../model/owner.ts'
import type { ReapReport } from '../../../model/reap-report.ts'
import { now } from '../../../platform/clock.ts'
import { labelNames, ownerOf, reasonToLeave } from '../../../reaper/labels.ts'
import { ReportWriter } from '../../../reaper/sweep/report.ts'
import { hasStatus } from '../api/api-error.ts'
import type { Cluster } from '../api/cluster.ts'
import { type Lease, type Listed, leasesPath } from '../api/resources.ts'
import { MANAGED_BY } from '../object-metadata.ts'

/** Clocks differ: a lease has run out when it has by any clock that is less than this wrong. */
const SKEW_MS = 60_000

/** Deletes what has run out or belongs to a dead process of this machine; what lives stays, whoever's it is. */
export async function reapStaleLeases({ api, namespace, lease: own }: Cluster, dryRun: boolean): Promise<ReapReport> {
  const report = new ReportWriter()
  const labelSelector = Object.entries(MANAGED_BY)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
  const { items } = await api.request<Listed<Lease>>('GET', leasesPath(namespace), { query: { labelSelector } })
  for (const lease of items) {
    const { name, annotations = {}, uid, resourceVersion } = lease.metadata
    if (name.includes(`-${own.worker}-`)) continue
    const session = annotations[labelNames.session]
    const resource = {
      backend: 'kubernetes',
      kind: 'lease',
      id: `${namespace}/${name}`,
      ...(session !== undefined && { session }),
    }
    const reason = reasonToKeep(lease)
    if (reason !== undefined) report.left(resource, reason)
    else if (dryRun) report.removed(resource)
    else {
      await report.attempt(resource, async () => {
        // Renewed in this moment, it is not stale any more: the server refuses then.
        const body = { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background' }
        await api.request('DELETE', leasesPath(namespace, name), { body }).catch((error: unknown) => {
          if (!hasStatus(error, 404)) throw error
        })
      })
    }
  }
  return report.finish()
}

function reasonToKeep({ metadata, spec }: Lease): string | undefined {
  const owner = ownerOf(metadata.annotations ?? {})
  const state = owner === undefined ? 'unknown' : ownerState(owner)
  if (state === 'dead') return undefined
  if (owner !== undefined && state === 'alive') return reasonToLeave(owner, state)
  const renewed = Date.parse(spec?.renewTime ?? metadata.creationTimestamp ?? '')
  const ends = renewed + (spec?.leaseDurationSeconds ?? 0) * 1000
  if (ends + SKEW_MS < now()) return undefined
  return `its lease was renewed ${Math.round((now() - renewed) / 1000)} s ago`
}
