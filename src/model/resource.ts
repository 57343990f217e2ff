/** A Docker Engine API: by unix socket, or by host and port. */
export interface EngineAddress {
  readonly socketPath?: string
  readonly host?: string
  readonly port?: number
  /** PEM texts; their presence means https. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/** A Kubernetes API server, and who we are to it. */
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
 * An environment of the process backend. Registered before it is spawned, when only its id is known: that is enough to find its
 * processes by their marker. `pid` and `startTime` follow by `update`.
 */
export interface ProcessResource {
  readonly kind: 'process'
  /** 32 hex digits, in the environment of its processes as `AWS_LAMBDA_LOG_STREAM_NAME`. */
  readonly instanceId: string
  readonly functionName?: string
  /** The leader of the process group. */
  readonly pid?: number
  readonly startTime?: string
  /** Processes seen to descend from it, which may have left its group and lost its marker. */
  readonly descendants?: readonly { readonly pid: number; readonly startTime: string }[]
  /** Removed with it; an orphan whose working directory is in it is one of its processes. */
  readonly folder?: string
}

/** Containers, networks and volumes of an engine with all of these labels. */
export interface ContainerResource {
  readonly kind: 'container'
  readonly engine: EngineAddress
  readonly labels: Readonly<Record<string, string>>
  readonly functionName?: string
}

/** A Lease; what it owns goes with it. */
export interface KubernetesResource {
  readonly kind: 'lease'
  readonly cluster: KubernetesAddress
  readonly namespace: string
  readonly name: string
}

/** A folder below the user's own (see `userFolder`): others are refused. */
export interface FolderResource {
  readonly kind: 'folder'
  readonly path: string
}

/** Something that must not outlive its owner. */
export type Resource = ProcessResource | ContainerResource | KubernetesResource | FolderResource

/** What makes two registrations the same thing: the watchdog ends it when the last client that holds it is gone. */
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
