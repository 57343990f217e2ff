import { access, constants } from 'node:fs/promises'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { clearTimeout, setTimeout } from '../../../platform/clock.ts'
import type { Engine, EngineHost } from './engine.ts'
import { engineConnection } from './engine-address.ts'
import { createClient, loadDockerode } from './load-dockerode.ts'
import { StreamAgent } from './stream-agent.ts'

const PATIENCE_MS = 5_000

/**
 * The first of the hosts that answers; one that somebody named is the only one that is tried.
 * @throws RuntimeError `BACKEND_UNAVAILABLE` with each one's reason, `MISSING_PEER`
 */
export async function connectEngine(backend: string, hosts: readonly EngineHost[], remedy: string): Promise<Engine> {
  const Docker = await loadDockerode(backend)
  const named = hosts.find(host => host.named)
  const reasons: string[] = []
  for (const host of named === undefined ? hosts : [named]) {
    const answer = await tryHost(backend, Docker, host).catch((error: unknown) => reasonOf(error, host))
    if (typeof answer !== 'string') return answer
    reasons.push(answer)
  }
  throw new RuntimeError('BACKEND_UNAVAILABLE', `${reasons.join('; ')} (${remedy})`, { data: { backend, reasons } })
}

async function tryHost(
  backend: string,
  Docker: Awaited<ReturnType<typeof loadDockerode>>,
  host: EngineHost,
): Promise<Engine | string> {
  const socket = /^unix:\/\/(.*)$/.exec(host.url)?.[1]
  if (socket !== undefined) await access(socket, constants.R_OK | constants.W_OK)
  const { options, address } = engineConnection(host)
  const docker = createClient(Docker, options)
  // TLS and SSH make their connections themselves.
  const streams = options.protocol === 'http' ? createClient(Docker, { ...options, agent: new StreamAgent() }) : docker
  const version = await inTime(docker.version())
  const components = (version as { Components?: { Name?: string }[] }).Components ?? []
  const flavour = components.some(({ Name }) => /podman/i.test(Name ?? '')) ? 'podman' : 'docker'
  const architecture = architectureOf(version.Arch)
  return { backend, docker, streams, flavour, architecture, url: host.url, address }
}

/** Docker's name for a processor in AWS's words, where AWS has one. */
export function architectureOf(name: string): string {
  return name === 'amd64' ? 'x86_64' : name === 'aarch64' ? 'arm64' : name
}

function reasonOf(error: unknown, { url, from, named }: EngineHost): string {
  const place = named ? `${url} (${from})` : url.replace(/^unix:\/\//, '')
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `no socket at ${place}`
  if (code === 'EACCES') return `no permission for ${place}`
  return `${place} does not answer: ${code === undefined ? message.trim() : `${code} ${message}`.trim()}`
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS)
  })
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
