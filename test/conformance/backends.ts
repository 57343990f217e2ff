import { ContainerBackend } from '../../src/backends/engines/container-backend.ts'
import { imageVariable } from '../../src/backends/instance/runtime-image.ts'
import { loadBackend } from '../../src/backends/load-backend.ts'
import { ensurePrivateTmp } from '../../src/backends/process/private-tmp.ts'
import { ProcessBackend } from '../../src/backends/process/process-backend.ts'
import type { Bootstrap } from '../../src/backends/process/runtime-command.ts'
import type { BackendName, LambdaBackend } from '../../src/index.ts'
import { openNamespace } from '../kubernetes/cluster.ts'
import { lambdaFunction } from '../support/lambda-function.ts'
import { officialPythonRic } from '../support/official-python-ric.ts'
import { officialNodeRic } from '../support/official-rics.ts'
import { type Language, PROBES } from './languages.ts'

/** What a backend may lack by its nature; a case that needs one is run all the same, and must fail. */
export type Capability = 'privateTmp' | 'readOnlyTaskRoot' | 'awsPaths'

export interface BackendUnderTest {
  /** As in the table's heading. */
  readonly name: string
  /** What to give `launch` as `backend`, by runtime. */
  readonly backends: Readonly<Record<Language, BackendName | LambdaBackend>>
  /** Default: all. */
  readonly languages?: readonly Language[]
  /** What it can't, and why, by capability. */
  readonly cannot: Readonly<Partial<Record<Capability, string>>>
  /** Cases it can't pass for other reasons than a capability, by id: `theme: name (language)`, or `theme: name`. */
  readonly exceptions: Readonly<Record<string, string>>
}

const PROCESS_CANNOT: BackendUnderTest['cannot'] = {
  privateTmp: 'processes share the machine’s /tmp; os.tmpdir(), TMPDIR, is the environment’s own',
  readOnlyTaskRoot: 'the code lies in an ordinary folder of the user',
  awsPaths: 'the code’s folder is no /var/task, the layers’ no /opt; LAMBDA_TASK_ROOT says where the code is',
}

/** Where the contract stands against AWS's client, which here has a pure stand-in for its native part. */
const RIC_EXCEPTIONS: BackendUnderTest['exceptions'] = {
  'sizes: a response of 6,291,557 bytes is an error, and the environment survives (python)':
    'awslambdaric’s client raises at the 413 and the runtime exits: the next invocation is a cold start',
  'lifecycle: an async handler whose promise never settles: Runtime.NodeJsExit':
    'aws-lambda-ric 3.3.0, as npm has it, answers null; the contract is that of its repository',
}

const SAME = (backend: BackendName | LambdaBackend): BackendUnderTest['backends'] => ({
  nodejs24: backend,
  nodejs22: backend,
  python: backend,
  provided: backend,
})

const OPENERS: Readonly<Record<string, () => Promise<BackendUnderTest>>> = {
  process: async () => ({ name: 'process', backends: SAME('process'), cannot: PROCESS_CANNOT, exceptions: {} }),
  'process-private-tmp': openPrivateTmp,
  'process-ric': openRic,
  docker: () => openContainers('docker'),
  podman: () => openContainers('podman'),
  'podman-rootless': openRootless,
  kubernetes: openKubernetes,
}

/** Names that `openBackend` takes, each with a test file of its own. */
export const BACKEND_NAMES: readonly string[] = Object.keys(OPENERS)

/**
 * The backend of that name, or why it isn't here.
 * `LAMBDA_FIXTURES_REQUIRE`, a comma-separated list of names, makes an absence an error.
 */
export async function openBackend(name: string): Promise<BackendUnderTest | { readonly absent: string }> {
  try {
    const opened = await OPENERS[name]?.()
    if (opened === undefined) throw new Error(`there is no backend ${name}; there are ${BACKEND_NAMES.join(', ')}`)
    return opened
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const required = (process.env.LAMBDA_FIXTURES_REQUIRE ?? '').split(',').map(part => part.trim())
    if (required.includes(name)) throw new Error(`LAMBDA_FIXTURES_REQUIRE names ${name}, but ${reason}`)
    return { absent: reason }
  }
}

async function openPrivateTmp(): Promise<BackendUnderTest> {
  process.env.LAMBDA_FIXTURES_PRIVATE_TMP = '1'
  await ensurePrivateTmp()
  const { privateTmp: _, ...cannot } = PROCESS_CANNOT
  return { name: 'process-private-tmp', backends: SAME('process'), cannot, exceptions: {} }
}

async function openRic(): Promise<BackendUnderTest> {
  const [node24, node22, python] = await Promise.all([
    officialNodeRic('4.0.2'),
    officialNodeRic('3.3.0'),
    officialPythonRic('4.2.2'),
  ])
  const started = (bootstraps: { nodejs?: Bootstrap; python?: Bootstrap }): ProcessBackend => new ProcessBackend({ bootstraps })
  const backends = {
    nodejs24: started({ nodejs: node24 }),
    nodejs22: started({ nodejs: node22 }),
    python: started({ python }),
    provided: started({}),
  }
  return { name: 'process-ric', backends, cannot: PROCESS_CANNOT, exceptions: RIC_EXCEPTIONS }
}

/** Images of these runtimes can be had here; Python 3.11 plays the newer one. */
const IMAGE_LANGUAGES: readonly Language[] = ['nodejs24', 'python', 'provided']
const PYTHON_IMAGE = 'public.ecr.aws/lambda/python:3.11'
const IMAGE_EXCEPTIONS: BackendUnderTest['exceptions'] = {
  ...RIC_EXCEPTIONS,
  'environment variables: the values (python)': 'Python’s image says its version itself, and only 3.11’s can be had here',
}

/** Under `restricted`, with no more rights than the documented ones. */
async function openKubernetes(): Promise<BackendUnderTest> {
  const { kubeconfig, name } = await openNamespace('lambda-fixtures-conformance')
  process.env.LAMBDA_FIXTURES_KUBERNETES_KUBECONFIG = kubeconfig
  process.env.LAMBDA_FIXTURES_KUBERNETES_NAMESPACE = name
  return await openContainers('kubernetes')
}

/** podman as an ordinary user, whom cgroup v1 lets limit nothing: there the init stands in. */
async function openRootless(): Promise<BackendUnderTest> {
  const url = process.env.LAMBDA_FIXTURES_PODMAN_ROOTLESS
  if (url === undefined) throw new Error('LAMBDA_FIXTURES_PODMAN_ROOTLESS is not set; see .ci/engines/podman.sh up rootless')
  const backend = new ContainerBackend('podman', [{ url, from: 'LAMBDA_FIXTURES_PODMAN_ROOTLESS' }])
  return { ...(await openContainers('podman', backend)), name: 'podman-rootless' }
}

async function openContainers(name: BackendName, given?: LambdaBackend): Promise<BackendUnderTest> {
  process.env[imageVariable(PROBES.python.runtime)] ??= PYTHON_IMAGE
  const backend = given ?? (await loadBackend(name))
  const reason = await backend.prepare?.(
    lambdaFunction({ runtime: PROBES.provided.runtime, architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64' }),
  )
  if (reason !== undefined) throw new Error(reason)
  return { name, backends: SAME(given ?? name), languages: IMAGE_LANGUAGES, cannot: {}, exceptions: IMAGE_EXCEPTIONS }
}
