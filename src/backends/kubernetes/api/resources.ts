/** The parts of Kubernetes' objects that this backend reads or writes. */
export interface Metadata {
  readonly name: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly ownerReferences?: readonly { readonly uid: string }[]
}

export interface Listed<T> {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly T[]
}

export interface Lease {
  readonly metadata: Metadata
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    /** In RFC 3339, with microseconds. */
    readonly renewTime?: string
  }
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: object
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string }
}

export interface Pod {
  readonly metadata: Metadata
  readonly spec?: { readonly nodeName?: string }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly reason?: string
      readonly message?: string
    }[]
    readonly containerStatuses?: readonly { readonly name: string; readonly state?: ContainerState }[]
  }
}

export interface ClusterEvent {
  readonly reason?: string
  readonly message?: string
}

const part = encodeURIComponent

export const podsPath = (namespace: string, name?: string): string =>
  `/api/v1/namespaces/${part(namespace)}/pods${name === undefined ? '' : `/${part(name)}`}`
export const eventsPath = (namespace: string): string => `/api/v1/namespaces/${part(namespace)}/events`
export const configMapsPath = (namespace: string): string => `/api/v1/namespaces/${part(namespace)}/configmaps`
export const leasesPath = (namespace: string, name?: string): string =>
  `/apis/coordination.k8s.io/v1/namespaces/${part(namespace)}/leases${name === undefined ? '' : `/${part(name)}`}`
