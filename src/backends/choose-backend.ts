import { RuntimeError } from '../errors/runtime-error.ts'
import type { LambdaFunction } from '../model/lambda-function.ts'
import type { BackendName, LambdaBackend } from './backend.ts'
import { loadBackend } from './load-backend.ts'

/** Tried in this order when nothing says which one. */
const CANDIDATES: readonly BackendName[] = ['process', 'docker', 'podman']

/**
 * The backend of a function: the one that is named, else the first that can run it.
 * @throws RuntimeError `NO_BACKEND` with each one's reason, `UNSUPPORTED_RUNTIME` if the named one can't
 */
export async function chooseBackend(fn: LambdaFunction, named: BackendName | LambdaBackend | undefined): Promise<LambdaBackend> {
  const wish = named ?? fromEnvironment()
  if (wish !== undefined) {
    const backend = typeof wish === 'string' ? await loadBackend(wish) : wish
    const reason = await refusal(backend, fn)
    if (reason === undefined) return backend
    throw new RuntimeError('UNSUPPORTED_RUNTIME', `${backend.name} can't run "${fn.functionName}": ${reason}.`, {
      data: { functionName: fn.functionName, backend: backend.name, runtime: fn.runtime },
    })
  }
  const refusals: string[] = []
  for (const name of CANDIDATES) {
    const answer = await tryBackend(name, fn)
    if (typeof answer !== 'string') return answer
    refusals.push(`${name}: ${answer}`)
  }
  throw new RuntimeError(
    'NO_BACKEND',
    `No backend can run "${fn.functionName}" (${fn.imageUri === undefined ? fn.runtime : 'image'}): ${refusals.join(' · ')}. "npx lambda-fixtures doctor" shows all.`,
    { data: { functionName: fn.functionName, refusals } },
  )
}

async function refusal(backend: LambdaBackend, fn: LambdaFunction): Promise<string | undefined> {
  const reason = await backend.prepare?.(fn)
  if (reason !== undefined || fn.imageBuild === undefined || backend.buildImage !== undefined) return reason
  return 'it builds no images; build it, and give imageUri'
}

async function tryBackend(name: BackendName, fn: LambdaFunction): Promise<LambdaBackend | string> {
  try {
    const backend = await loadBackend(name)
    return (await refusal(backend, fn)) ?? backend
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function fromEnvironment(): BackendName | undefined {
  const name = process.env.LAMBDA_FIXTURES_BACKEND
  if (name === undefined || name === '') return undefined
  if (name === 'process' || name === 'docker' || name === 'podman' || name === 'kubernetes') return name
  throw new RuntimeError(
    'NO_BACKEND',
    `LAMBDA_FIXTURES_BACKEND is "${name}", which is none of process, docker, podman, kubernetes.`,
    { data: { name } },
  )
}
