import { RuntimeError } from '../errors/runtime-error.ts'
import type { LambdaFunction } from '../model/lambda-function.ts'
import type { BackendName, LambdaBackend } from './backend.ts'
import { loadBackend } from './load-backend.ts'

/** They are tried in this order if none is named. */
const CANDIDATES: readonly BackendName[] = ['process', 'docker', 'podman']

/**
 * The backend of a function: the named one, or else the first that can run it.
 * @throws RuntimeError `UNSUPPORTED_RUNTIME` if the named one can't run it, `NO_BACKEND` with each backend's reason if none can
 */
export async function chooseBackend(fn: LambdaFunction, named: BackendName | LambdaBackend | undefined): Promise<LambdaBackend> {
  const wanted = named ?? fromEnvironment()
  if (wanted !== undefined) {
    const backend = typeof wanted === 'string' ? await loadBackend(wanted) : wanted
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
    `No backend can run "${fn.functionName}" (${fn.imageUri === undefined ? fn.runtime : 'image'}): ${refusals.join(' · ')}. Run "npx lambda-fixtures doctor" to see what each backend needs.`,
    { data: { functionName: fn.functionName, refusals } },
  )
}

async function refusal(backend: LambdaBackend, fn: LambdaFunction): Promise<string | undefined> {
  const reason = await backend.prepare?.(fn)
  if (reason !== undefined || fn.imageBuild === undefined || backend.buildImage !== undefined) return reason
  return 'it does not build images; build the image and set imageUri'
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
    `LAMBDA_FIXTURES_BACKEND must be process, docker, podman or kubernetes, but is "${name}".`,
    { data: { name } },
  )
}
