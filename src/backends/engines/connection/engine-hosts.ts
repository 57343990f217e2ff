import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A place where an engine may listen. */
export interface EngineHost {
  /** `unix://`, `tcp://`, `http(s)://` or `ssh://`. */
  readonly url: string
  /** The variable or context that names it; `undefined` for a default. */
  readonly from?: string
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, for TLS. */
  readonly certificates?: string
}

/** What a user can do if no engine answers. */
export const REMEDIES = {
  docker: 'start Docker or set DOCKER_HOST',
  podman: 'start its service: systemctl --user start podman.socket, or set CONTAINER_HOST',
} as const

/** The places where an engine may listen, in the order in which its own command line looks for it. */
export function engineHosts(
  name: 'docker' | 'podman',
  env: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): readonly EngineHost[] {
  return name === 'docker' ? dockerHosts(env, home) : podmanHosts(env, home)
}

/** `DOCKER_HOST`, the current context, or the default sockets. */
function dockerHosts(env: NodeJS.ProcessEnv, home: string): readonly EngineHost[] {
  const config = env.DOCKER_CONFIG ?? join(home, '.docker')
  if (env.DOCKER_HOST) {
    const usesTls = Boolean(env.DOCKER_TLS_VERIFY) || env.DOCKER_CERT_PATH !== undefined
    return [host(env.DOCKER_HOST, 'DOCKER_HOST', usesTls ? (env.DOCKER_CERT_PATH ?? config) : undefined)]
  }
  const context = contextHost(config, env.DOCKER_CONTEXT)
  if (context !== undefined) return [context]
  const runtime = env.XDG_RUNTIME_DIR
  return defaultHosts([
    '/var/run/docker.sock',
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
    join(home, '.orbstack/run/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(home, '.rd/docker.sock'),
  ])
}

/** @see https://docs.docker.com/engine/manage-resources/contexts/ */
function contextHost(config: string, selected: string | undefined): EngineHost | undefined {
  const name = selected ?? readJson<{ currentContext?: string }>(join(config, 'config.json'))?.currentContext
  if (!name || name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = readJson<{ Endpoints?: { docker?: { Host?: string } } }>(join(config, 'contexts/meta', id, 'meta.json'))
  const url = meta?.Endpoints?.docker?.Host
  if (!url) return undefined
  const certificates = join(config, 'contexts/tls', id, 'docker')
  return host(url, `context ${name}`, existsSync(certificates) ? certificates : undefined)
}

/** `LAMBDA_FIXTURES_PODMAN`, podman's own `CONTAINER_HOST`, or the sockets of this user, of root and of a podman machine. */
function podmanHosts(env: NodeJS.ProcessEnv, home: string): readonly EngineHost[] {
  for (const variable of ['LAMBDA_FIXTURES_PODMAN', 'CONTAINER_HOST']) {
    const url = env[variable]
    if (url) return [host(url.startsWith('/') ? `unix://${url}` : url, variable)]
  }
  const own = join(env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`, 'podman/podman.sock')
  const root = '/run/podman/podman.sock'
  const machine = join(home, '.local/share/containers/podman/machine/podman.sock')
  return defaultHosts([...(process.getuid?.() === 0 ? [root, own] : [own, root]), machine])
}

function host(url: string, from: string, certificates?: string): EngineHost {
  const usesTls = certificates !== undefined && !url.startsWith('unix:')
  return { url, from, ...(usesTls && { certificates }) }
}

/** The first one is always tried, so that an error names it. */
function defaultHosts(sockets: readonly string[]): readonly EngineHost[] {
  return sockets.filter((socket, index) => index === 0 || existsSync(socket)).map(socket => ({ url: `unix://${socket}` }))
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return undefined
  }
}
