import { connectEngine } from '../../src/backends/container/connect-engine.ts'
import type { Engine } from '../../src/backends/container/engine.ts'
import { dockerHosts, dockerRemedy } from '../../src/backends/docker/docker-hosts.ts'
import { podmanHosts, podmanRemedy } from '../../src/backends/podman/podman-hosts.ts'

const ENGINES = {
  docker: { hosts: dockerHosts, remedy: dockerRemedy },
  podman: { hosts: podmanHosts, remedy: podmanRemedy },
}

/** The engine as its backend finds it, or its words for that there is none. */
export async function connectTestEngine(name: 'docker' | 'podman'): Promise<Engine> {
  const { hosts, remedy } = ENGINES[name]
  return await connectEngine(name, hosts(), remedy)
}
