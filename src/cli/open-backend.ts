import type { BackendName, LambdaBackend } from '../backends/backend.ts'
import { isKubernetesChosen } from '../backends/kubernetes/is-chosen.ts'
import { loadBackend } from '../backends/load-backend.ts'
import { ProcessBackend } from '../backends/process/process-backend.ts'

/** In the order in which they are tried for a function. Only a function that names kubernetes runs there. */
export const BACKENDS: readonly BackendName[] = ['process', 'docker', 'podman', 'kubernetes']

/** A backend, or the reason why it can't be used. */
export async function openBackend(name: BackendName): Promise<LambdaBackend | string> {
  if (name === 'process') return new ProcessBackend({ reserve: false })
  if (name === 'kubernetes' && !isKubernetesChosen())
    return 'it is asked only if LAMBDA_FIXTURES_BACKEND is kubernetes or a LAMBDA_FIXTURES_KUBERNETES_ variable is set'
  try {
    return await loadBackend(name)
  } catch (error) {
    return (error as Error).message
  }
}
