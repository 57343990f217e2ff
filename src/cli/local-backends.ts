import type { BackendName, LambdaBackend } from '../backends/backend.ts'
import { loadBackend } from '../backends/load-backend.ts'
import { ProcessBackend } from '../backends/process/process-backend.ts'

/** Backends of this machine, in the order in which a function tries them. */
export const localBackends: readonly BackendName[] = ['process', 'docker', 'podman']

/** A backend, or why there is none. */
export async function openBackend(name: BackendName): Promise<LambdaBackend | string> {
  if (name === 'process') return new ProcessBackend({ reserve: false })
  try {
    return await loadBackend(name)
  } catch (error) {
    return (error as Error).message
  }
}
