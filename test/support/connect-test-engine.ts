import { connectEngine } from '../../src/backends/engines/connection/connect-engine.ts'
import { dockerHosts, dockerRemedy } from '../../src/backends/engines/connection/docker-hosts.ts'
import type { Engine } from '../../src/backends/engines/connection/engine.ts'
import { podmanHosts, podmanRemedy } from '../../src/backends/engines/connection/podman-hosts.ts'

const ENGINES = {
  docker: { hosts: dockerHosts, remedy: dockerRemedy },
  podman: { hosts: podmanHosts, remedy: podmanRemedy },
}

/** The engine as its backend finds it, or its words for that there is none. */
export async function connectTestEngine(name: 'docker' | 'podman'): Promise<Engine> {
  const { hosts, remedy } = ENGINES[name]
  return await connectEngine(name, hosts(), remedy)
}
