import type { BackendName, LambdaBackend } from './backend.ts'
import { ProcessBackend } from './process/process-backend.ts'

const KEY: unique symbol = Symbol.for('lambda-fixtures/backends') as never
const shared = globalThis as { [KEY]?: Map<BackendName, Promise<LambdaBackend>> }

/** The backend of this name. Each thread has one. @throws RuntimeError `BACKEND_UNAVAILABLE` */
export function loadBackend(name: BackendName): Promise<LambdaBackend> {
  shared[KEY] ??= new Map()
  let backend = shared[KEY].get(name)
  if (backend === undefined) {
    backend = create(name)
    shared[KEY].set(name, backend)
    backend.catch(() => shared[KEY]?.delete(name))
  }
  return backend
}

/** The backends that this thread has loaded. */
export async function loadedBackends(): Promise<readonly LambdaBackend[]> {
  const answers = await Promise.allSettled(shared[KEY]?.values() ?? [])
  return answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
}

async function create(name: BackendName): Promise<LambdaBackend> {
  if (name === 'process') return new ProcessBackend()
  if (name === 'kubernetes') return new (await import('./kubernetes/kubernetes-backend.ts')).KubernetesBackend()
  return new (await import('./engines/container-backend.ts')).ContainerBackend(name)
}
