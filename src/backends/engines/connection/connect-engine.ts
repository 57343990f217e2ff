import { access, constants } from 'node:fs/promises'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { within } from '../../../platform/clock.ts'
import { architectureOf } from './architecture.ts'
import type { Engine } from './engine.ts'
import { engineAddress } from './engine-address.ts'
import { type EngineHost, engineHosts, REMEDIES } from './engine-hosts.ts'
import { createClient, loadDockerode } from './load-dockerode.ts'
import { StreamAgent } from './stream-agent.ts'

const PATIENCE_MS = 5_000

type Dockerode = Awaited<ReturnType<typeof loadDockerode>>

/**
 * Connects to the first host that answers. If the user named one, no other is tried.
 * @throws RuntimeError `BACKEND_UNAVAILABLE` with each host's reason, `MISSING_PEER`
 */
export async function connectEngine(
  backend: Engine['backend'],
  hosts: readonly EngineHost[] = engineHosts(backend),
): Promise<Engine> {
  const Docker = await loadDockerode(backend)
  const reasons: string[] = []
  for (const host of hosts) {
    try {
      return await connect(backend, Docker, host)
    } catch (error) {
      reasons.push(reasonOf(error as NodeJS.ErrnoException, host))
    }
  }
  throw new RuntimeError('BACKEND_UNAVAILABLE', `${reasons.join('; ')} (${REMEDIES[backend]})`, { data: { backend, reasons } })
}

async function connect(backend: Engine['backend'], Docker: Dockerode, { url, certificates }: EngineHost): Promise<Engine> {
  const address = engineAddress(url, certificates)
  if (address?.socketPath !== undefined) await access(address.socketPath, constants.R_OK | constants.W_OK)
  const options = clientOptions(url, address)
  const docker = createClient(Docker, options)
  // With TLS and SSH, dockerode opens the connections itself.
  const streams = options.protocol === 'http' ? createClient(Docker, { ...options, agent: new StreamAgent() }) : docker
  const version = await within(PATIENCE_MS, docker.version(), () => {
    throw new Error(`no answer in ${PATIENCE_MS / 1000} s`)
  })
  const { Components = [] } = version as { Components?: { Name?: string }[] }
  const flavour = Components.some(({ Name }) => /podman/i.test(Name ?? '')) ? 'podman' : 'docker'
  return { backend, docker, streams, flavour, architecture: architectureOf(version.Arch), url, address }
}

function clientOptions(url: string, address: Engine['address']): Readonly<Record<string, unknown>> {
  if (address === undefined) {
    const { hostname, port, username } = new URL(url)
    return { protocol: 'ssh', host: hostname, port: port || 22, username, sshOptions: { agent: process.env.SSH_AUTH_SOCK } }
  }
  const { tls, ...place } = address
  // An explicit host keeps dockerode from reading DOCKER_HOST.
  return { host: undefined, protocol: tls === undefined ? 'http' : 'https', ...place, ...tls }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, { url, from }: EngineHost): string {
  const place = from === undefined ? url.replace(/^unix:\/\//, '') : `${url} (${from})`
  if (code === 'ENOENT') return `no socket at ${place}`
  if (code === 'EACCES') return `no permission for ${place}`
  return `${place} does not answer: ${code === undefined ? message.trim() : `${code} ${message}`.trim()}`
}
