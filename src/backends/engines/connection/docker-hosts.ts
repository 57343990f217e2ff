import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { EngineHost } from './engine.ts'

/** What a user can do where none is found. */
export const dockerRemedy = 'start Docker or set DOCKER_HOST'

/** Where Docker may be, in the order of Docker's own command line: `DOCKER_HOST`, the context, the usual sockets. */
export function dockerHosts(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): readonly EngineHost[] {
  const config = env.DOCKER_CONFIG ?? join(home, '.docker')
  if (env.DOCKER_HOST) {
    const secure = Boolean(env.DOCKER_TLS_VERIFY) || env.DOCKER_CERT_PATH !== undefined
    const certificates = secure && !env.DOCKER_HOST.startsWith('unix:') ? (env.DOCKER_CERT_PATH ?? config) : undefined
    return [{ url: env.DOCKER_HOST, from: 'DOCKER_HOST', named: true, ...(certificates === undefined ? {} : { certificates }) }]
  }
  const context = contextHost(config, env.DOCKER_CONTEXT)
  if (context !== undefined) return [context]
  if (process.platform === 'win32') return [usual('npipe:////./pipe/docker_engine')]
  const runtime = env.XDG_RUNTIME_DIR
  const sockets = [
    '/var/run/docker.sock',
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
    join(home, '.orbstack/run/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(home, '.rd/docker.sock'),
  ]
  const [first = '', ...others] = sockets
  return [first, ...others.filter(socket => existsSync(socket))].map(socket => usual(`unix://${socket}`))
}

const usual = (url: string): EngineHost => ({ url, from: 'default', named: false })

/** @see https://docs.docker.com/engine/manage-resources/contexts/ */
function contextHost(config: string, wished: string | undefined): EngineHost | undefined {
  const name = wished ?? (readJson(join(config, 'config.json')) as { currentContext?: string } | undefined)?.currentContext
  if (!name || name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = readJson(join(config, 'contexts/meta', id, 'meta.json')) as
    | { Endpoints?: { docker?: { Host?: string } } }
    | undefined
  const url = meta?.Endpoints?.docker?.Host
  if (!url) return undefined
  const certificates = join(config, 'contexts/tls', id, 'docker')
  const secure = !url.startsWith('unix:') && existsSync(certificates)
  return { url, from: `context ${name}`, named: true, ...(secure ? { certificates } : {}) }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
