/** A Docker Engine API: a unix socket, or a host and port. */
export interface EngineAddress {
  readonly socketPath?: string
  readonly host?: string
  readonly port?: number
  /** PEM texts. If present, the API is spoken over https. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/** A Kubernetes API server, and the credentials for it. */
export interface KubernetesAddress {
  /** `https://10.0.0.1:6443` */
  readonly server: string
  /** PEM texts. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly token?: string
  readonly insecureSkipTlsVerify?: boolean
}

/**
 * An instance of the process backend. It is registered before its process is started, when only its id is known: that is enough to find
 * its processes by their marker. `pid` and `startTime` are added later.
 */
export interface ProcessResource {
  readonly kind: 'process'
  /** 32 hex digits. Its processes have it in their environment, in `AWS_LAMBDA_LOG_STREAM_NAME`. */
  readonly instanceId: string
  /** The leader of the process group. */
  readonly pid?: number
  readonly startTime?: string
  /** Processes that were seen to descend from it, and may have left its group and lost its marker. */
  readonly descendants?: readonly { readonly pid: number; readonly startTime: string }[]
  /** Removed with the instance. An orphan whose working directory is in it is one of the instance's processes. */
  readonly folder?: string
}

/** Containers, networks and volumes of an engine that have all of these labels. */
export interface ContainerResource {
  readonly kind: 'container'
  readonly engine: EngineAddress
  readonly labels: Readonly<Record<string, string>>
}

/** A Lease. The cluster removes what it owns. */
export interface LeaseResource {
  readonly kind: 'lease'
  readonly cluster: KubernetesAddress
  readonly namespace: string
  readonly name: string
}

/** A folder below the user's folder (see `userFolder`); others are refused. */
export interface FolderResource {
  readonly kind: 'folder'
  readonly path: string
}

/** Something that must not outlive its owner. */
export type Resource = ProcessResource | ContainerResource | LeaseResource | FolderResource

/** The same for two registrations of one resource: the watchdog ends it when no client has registered it any more. */
export function resourceKey(resource: Resource): string {
  switch (resource.kind) {
    case 'process':
      return `process ${resource.instanceId}`
    case 'container':
      return `container ${JSON.stringify([resource.engine.socketPath ?? `${resource.engine.host}:${resource.engine.port}`, Object.entries(resource.labels).sort()])}`
    case 'lease':
      return `lease ${resource.cluster.server} ${resource.namespace}/${resource.name}`
    case 'folder':
      return `folder ${resource.path}`
  }
}
