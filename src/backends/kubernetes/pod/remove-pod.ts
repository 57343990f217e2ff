import type { KubernetesApi } from '../api/kubernetes-api.ts'
import { podsPath } from '../api/resources.ts'

/** Removes a pod if it exists. It needs no grace, because our init does nothing before its end. */
export async function removePod(api: KubernetesApi, namespace: string, name: string): Promise<void> {
  await api.remove(podsPath(namespace, name), { query: { gracePeriodSeconds: 0, propagationPolicy: 'Background' } })
}
