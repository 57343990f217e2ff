import type { KubernetesSettings } from '../kubernetes-options.ts'
import type { WorkerLease } from '../lease/worker-lease.ts'
import type { PodStreams } from '../pod/pod-streams.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import type { PodWatch } from './pod-watch.ts'

/** A cluster that has answered, and what this process uses in one of its namespaces. */
export interface Cluster {
  readonly api: KubernetesApi
  /** The kubeconfig's context. */
  readonly context: string
  readonly namespace: string
  readonly settings: KubernetesSettings
  readonly watch: PodWatch
  readonly streams: PodStreams
  readonly lease: WorkerLease
}
