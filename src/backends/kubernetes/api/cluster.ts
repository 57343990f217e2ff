import type { KubernetesSettings } from '../kubernetes-options.ts'
import type { WorkerLease } from '../lease/worker-lease.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import type { PodWatch } from './pod-watch.ts'

/** A cluster that answers, and what this process has in one of its namespaces. */
export interface Cluster {
  readonly api: KubernetesApi
  /** The kubeconfig's context. */
  readonly context: string
  readonly namespace: string
  readonly settings: KubernetesSettings
  readonly watch: PodWatch
  readonly lease: WorkerLease
}
