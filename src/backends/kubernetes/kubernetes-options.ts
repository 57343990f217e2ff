import { readFileSync } from 'node:fs'
import { RuntimeError } from '../../errors/runtime-error.ts'

/** Merged into each pod. Its container `function` is merged into the function's own; other containers are sidecars. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  /** A PodSpec of Kubernetes, without the function's image and command. */
  readonly spec?: Readonly<Record<string, unknown>>
}

/** The options of `new KubernetesBackend()`. The environment sets those that are missing. */
export interface KubernetesOptions {
  /**
   * The path of a kubeconfig. Default: `LAMBDA_FIXTURES_KUBERNETES_KUBECONFIG`, or else the one that kubectl uses: `KUBECONFIG`,
   * `~/.kube/config`, the service account of this pod.
   */
  readonly kubeconfig?: string
  /** Default: `LAMBDA_FIXTURES_KUBERNETES_CONTEXT`, or else the current context. */
  readonly context?: string
  /** Default: `LAMBDA_FIXTURES_KUBERNETES_NAMESPACE`, or else the context's, or else `default`. */
  readonly namespace?: string
  /** Creates the namespace if it does not exist. It is never deleted. Default: `LAMBDA_FIXTURES_KUBERNETES_CREATE_NAMESPACE` is `true`. */
  readonly createNamespace?: boolean
  /** Default: the JSON or YAML file that `LAMBDA_FIXTURES_KUBERNETES_POD_TEMPLATE` names, if it is set. */
  readonly podTemplate?: PodTemplate
  /** Seconds until a pod must run. Default: `LAMBDA_FIXTURES_KUBERNETES_START_TIMEOUT`, or else 120, for a node may have to pull a large image. */
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
    if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new Error('it holds no object')
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
