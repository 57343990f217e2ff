import { readFileSync } from 'node:fs'
import { RuntimeError } from '../../errors/runtime-error.ts'

/** Merged into each pod; its container `function` into ours, other containers are sidecars. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  /** A PodSpec as Kubernetes documents it, without what is ours (the function's image and command). */
  readonly spec?: Readonly<Record<string, unknown>>
}

/** What may be given to `new KubernetesBackend()`; what isn't is looked for in the environment. */
export interface KubernetesOptions {
  /** A kubeconfig. Default: `LAMBDA_FIXTURES_KUBERNETES_KUBECONFIG`, else as kubectl: `KUBECONFIG`, `~/.kube/config`, the cluster this runs in. */
  readonly kubeconfig?: string
  /** Default: `LAMBDA_FIXTURES_KUBERNETES_CONTEXT`, else the current one. */
  readonly context?: string
  /** Default: `LAMBDA_FIXTURES_KUBERNETES_NAMESPACE`, else the context's, else `default`. */
  readonly namespace?: string
  /** Make the namespace if it isn't there, and leave it. Default: `LAMBDA_FIXTURES_KUBERNETES_CREATE_NAMESPACE` is `true`. */
  readonly createNamespace?: boolean
  /** Default: the JSON or YAML file that `LAMBDA_FIXTURES_KUBERNETES_POD_TEMPLATE` names, else nothing. */
  readonly podTemplate?: PodTemplate
  /** Seconds until a pod must run. Default: `LAMBDA_FIXTURES_KUBERNETES_START_TIMEOUT`, else 120: a node may have to pull a large image. */
  readonly startTimeout?: number
}

export interface KubernetesSettings {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly namespace: string | undefined
  readonly createNamespace: boolean
  readonly podTemplate: PodTemplate
  /** Milliseconds. */
  readonly startTimeout: number
}

const PREFIX = 'LAMBDA_FIXTURES_KUBERNETES_'

/** @throws RuntimeError `BACKEND_MISCONFIGURED` */
export function settleOptions(
  options: KubernetesOptions,
  loadYaml: (text: string) => unknown,
  env: NodeJS.ProcessEnv = process.env,
): KubernetesSettings {
  const from = (name: string): string | undefined => env[`${PREFIX}${name}`] || undefined
  const seconds = options.startTimeout ?? Number(from('START_TIMEOUT') ?? 120)
  if (!(seconds > 0)) {
    const given = options.startTimeout ?? from('START_TIMEOUT')
    throw misconfigured(`the start timeout must be a number of seconds above 0, but is ${JSON.stringify(given)}`)
  }
  return {
    kubeconfig: options.kubeconfig ?? from('KUBECONFIG'),
    context: options.context ?? from('CONTEXT'),
    namespace: options.namespace ?? from('NAMESPACE'),
    createNamespace: options.createNamespace ?? from('CREATE_NAMESPACE') === 'true',
    podTemplate: options.podTemplate ?? readTemplate(from('POD_TEMPLATE'), loadYaml),
    startTimeout: seconds * 1000,
  }
}

function readTemplate(file: string | undefined, loadYaml: (text: string) => unknown): PodTemplate {
  if (file === undefined) return {}
  try {
    const read = loadYaml(readFileSync(file, 'utf8'))
    if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new Error('it is no object')
    return read as PodTemplate
  } catch (cause) {
    throw misconfigured(`the pod template ${file} can't be read: ${(cause as Error).message}`, cause)
  }
}

export function misconfigured(reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError('BACKEND_MISCONFIGURED', `kubernetes: ${reason}.`, {
    data: { backend: 'kubernetes' },
    ...(cause === undefined ? {} : { cause }),
  })
}
