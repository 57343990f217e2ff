import { hasStatus } from '../api/api-error.ts'
import type { KubernetesApi } from '../api/kubernetes-api.ts'
import { podsPath } from '../api/resources.ts'
import { retrying } from '../api/retrying.ts'

const PATIENCE_MS = 5_000

/** Idempotent. Without a grace: our init has nothing to say goodbye to. */
export async function removePod(api: KubernetesApi, namespace: string, name: string): Promise<void> {
  const query = { gracePeriodSeconds: 0, propagationPolicy: 'Background' }
  try {
    await retrying(() => api.request('DELETE', podsPath(namespace, name), { query }), PATIENCE_MS)
  } catch (error) {
    if (!hasStatus(error, 404)) throw error
  }
}
