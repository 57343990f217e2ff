import type { ContainerResource, EngineAddress } from '../../resource.ts'
import type { Ender } from './ender.ts'
import { type HttpAnswer, request } from './http.ts'

/** Ryuk is Testcontainers' own affair, also when a filter matches it. */
const ryukLabel = 'org.testcontainers.ryuk'

export const containerEnder: Ender<ContainerResource> = {
  refuses({ engine, labels }) {
    const pairs = Object.entries(labels)
    // No label matches everything there is.
    if (pairs.length === 0 || pairs.some(([key, value]) => key === '' || value === ''))
      return 'a filter needs labels, each with a value'
    return engine.socketPath === undefined && engine.host === undefined ? 'an engine needs a socketPath or a host' : undefined
  },
  async end({ engine, labels }) {
    const said: string[] = []
    for (const container of await list<{ Id: string; Labels?: Record<string, string> }>(
      engine,
      '/containers/json?all=1&',
      labels,
    )) {
      if (container.Labels?.[ryukLabel] === 'true') continue
      await remove(engine, `/containers/${container.Id}?force=1&v=1`)
      said.push(`removed container ${container.Id.slice(0, 12)}`)
    }
    for (const { Id } of await list<{ Id: string }>(engine, '/networks?', labels)) {
      await remove(engine, `/networks/${Id}`)
      said.push(`removed network ${Id.slice(0, 12)}`)
    }
    for (const { Name } of await list<{ Name: string }>(engine, '/volumes?', labels)) {
      await remove(engine, `/volumes/${encodeURIComponent(Name)}?force=1`)
      said.push(`removed volume ${Name}`)
    }
    return said
  },
}

async function list<T>(engine: EngineAddress, path: string, labels: Readonly<Record<string, string>>): Promise<T[]> {
  const filters = JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) })
  const answer = await ask(engine, 'GET', `${path}filters=${encodeURIComponent(filters)}`)
  if (answer.status !== 200) throw new Error(`GET ${path} said ${answer.status}: ${answer.body.trim()}`)
  const parsed = JSON.parse(answer.body) as T[] | { Volumes: T[] | null }
  return Array.isArray(parsed) ? parsed : (parsed.Volumes ?? [])
}

async function remove(engine: EngineAddress, path: string): Promise<void> {
  const { status, body } = await ask(engine, 'DELETE', path)
  // 409 for a container: somebody else is removing it. For the others it's still in use, which is worth another try.
  if (status < 300 || status === 404 || (status === 409 && /already in progress/.test(body))) return
  throw new Error(`DELETE ${path} said ${status}: ${body.trim()}`)
}

function ask(engine: EngineAddress, method: string, path: string): Promise<HttpAnswer> {
  const { socketPath, host, port, tls } = engine
  const place = socketPath === undefined ? { host, port: port ?? (tls === undefined ? 2375 : 2376) } : { socketPath }
  return request({ ...place, ...tls, secure: tls !== undefined, method, path, headers: { host: 'docker' } })
}
