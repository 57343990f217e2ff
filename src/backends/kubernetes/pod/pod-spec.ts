import type { LambdaFunction } from '../../../model/lambda-function.ts'
import { INIT_PATH } from '../../init/init-settings.ts'
import { MEMORY_OF_ONE_PROCESSOR, SANDBOX_USER } from '../../instance/aws-sandbox.ts'
import type { PodTemplate } from '../kubernetes-options.ts'
import type { LeaseReference } from '../lease/worker-lease.ts'
import { metadataFor, WORKER_LABEL } from '../object-metadata.ts'
import { mergePodTemplate } from './merge-pod-template.ts'
import { WRITABLE } from './pod-files.ts'

/** The function's container. */
export const CONTAINER = 'function'

const NODE_ARCHITECTURES = { x86_64: 'amd64', arm64: 'arm64' } as const

export interface PodSpecOptions {
  readonly fn: LambdaFunction
  readonly name: string
  readonly image: string
  readonly instanceId: string
  readonly deployId: string
  readonly worker: string
  /** Owns the pod, and the ConfigMap with the init. */
  readonly lease: LeaseReference
  /** The variables of the init. */
  readonly environment: Readonly<Record<string, string>>
  readonly hasLayers: boolean
  readonly template: PodTemplate
}

/** The pod to create: one container with the limits of AWS, which conforms to the `restricted` pod security standard. @see contract 6.2, 6.3 */
export function podSpec(options: PodSpecOptions): object {
  const { fn, name, instanceId, deployId, worker, lease, template } = options
  const { labels, annotations } = metadataFor({ instanceId, functionName: fn.functionName, deployId })
  const { metadata = {}, ...rest } = template
  const merged = mergePodTemplate({ spec: spec(options) }, rest)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { ...metadata.labels, ...labels, [WORKER_LABEL]: worker },
      annotations: { ...metadata.annotations, ...annotations },
      ownerReferences: [lease.ownerReference],
    },
    spec: merged.spec,
  }
}

function spec({ fn, image, lease, environment, hasLayers }: PodSpecOptions): Record<string, unknown> {
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    nodeSelector: { 'kubernetes.io/arch': NODE_ARCHITECTURES[fn.architecture] },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: SANDBOX_USER.uid,
      runAsGroup: SANDBOX_USER.gid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: CONTAINER,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: [INIT_PATH, '--'],
        env: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        resources: {
          limits: { memory: `${fn.memorySize}Mi` },
          requests: { memory: `${fn.memorySize}Mi`, cpu: `${cpuRequest(fn)}m` },
        },
        volumeMounts: [
          { name: 'lambda-init', mountPath: '/lf', readOnly: true },
          { name: 'lambda-tmp', mountPath: '/tmp' },
          ...(fn.imageUri === undefined ? twice('lambda-task', WRITABLE.task, '/var/task') : []),
          ...(hasLayers ? twice('lambda-opt', WRITABLE.opt, '/opt') : []),
        ],
      },
    ],
    volumes: [
      {
        name: 'lambda-init',
        configMap: { name: lease.name, items: [{ key: `init-${fn.architecture}`, path: 'init', mode: 0o555 }] },
      },
      { name: 'lambda-tmp', emptyDir: { sizeLimit: `${fn.ephemeralStorage}Mi` } },
      ...(fn.imageUri === undefined ? [{ name: 'lambda-task', emptyDir: {} }] : []),
      ...(hasLayers ? [{ name: 'lambda-opt', emptyDir: {} }] : []),
    ],
  }
}

/** Mounts a volume twice: the init writes to the first path, and the second is read-only. */
function twice(name: string, writable: string, readable: string): object[] {
  return [
    { name, mountPath: writable },
    { name, mountPath: readable, readOnly: true },
  ]
}

/** In thousandths of a processor: a tenth of AWS's share, because the instances of a test mostly wait. There is no limit, so that a runtime initialises as fast as the node allows. */
function cpuRequest({ memorySize }: LambdaFunction): number {
  return Math.max(1, Math.round((memorySize / MEMORY_OF_ONE_PROCESSOR) * 100))
}
