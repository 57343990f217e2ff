import type { EngineAddress } from '../model/resource.ts'
import { type HttpAnswer, request } from './watchdog/enders/http.ts'

/** What an engine keeps and can be labelled. */
export interface EngineResource {
  readonly kind: 'container' | 'network' | 'volume'
  /** A volume's is its name. */
  readonly id: string
  readonly labels: Readonly<Record<string, string | undefined>>
}

/**
 * Containers, networks and volumes that match all filters, in the order in which they can be removed. By plain HTTP, for the watchdog
 * has no client library.
 * @param filters `name` or `name=value`
 */
export async function listEngineResources(engine: EngineAddress, filters: readonly string[]): Promise<EngineResource[]> {
  const query = `filters=${encodeURIComponent(JSON.stringify({ label: filters }))}`
  const containers = (await list(engine, `/containers/json?all=1&${query}`)) as Listed[]
  const networks = (await list(engine, `/networks?${query}`)) as Listed[]
  const { Volumes } = (await list(engine, `/volumes?${query}`)) as { Volumes: Listed[] | null }
  return [
    ...containers.map(({ Id, Labels }) => thing('container', Id, Labels)),
    ...networks.map(({ Id, Labels }) => thing('network', Id, Labels)),
    ...(Volumes ?? []).map(({ Name, Labels }) => thing('volume', Name, Labels)),
  ]
}

/** Removes it in whatever state it is; what is gone is fine. */
export async function removeEngineResource(engine: EngineAddress, { kind, id }: EngineResource): Promise<void> {
  const path = {
    container: `/containers/${id}?force=1&v=1`,
    network: `/networks/${id}`,
    volume: `/volumes/${encodeURIComponent(id)}?force=1`,
  }[kind]
  const { status, body } = await ask(engine, 'DELETE', path)
  // 409 for a container: somebody else is removing it. For the others it's still in use, which is worth another try.
  if (status < 300 || status === 404 || (status === 409 && /already in progress/.test(body))) return
  throw new Error(`DELETE ${path} said ${status}: ${body.trim()}`)
}

interface Listed {
  readonly Id: string
  readonly Name: string
  readonly Labels: Readonly<Record<string, string>> | null
}

function thing(kind: EngineResource['kind'], id: string, labels: Listed['Labels']): EngineResource {
  return { kind, id, labels: labels ?? {} }
}

async function list(engine: EngineAddress, path: string): Promise<unknown> {
  const { status, body } = await ask(engine, 'GET', path)
  if (status !== 200) throw new Error(`GET ${path} said ${status}: ${body.trim()}`)
  return JSON.parse(body)
}

function ask(engine: EngineAddress, method: string, path: string): Promise<HttpAnswer> {
  const { socketPath, host, port, tls } = engine
  const place = socketPath === undefined ? { host, port: port ?? (tls === undefined ? 2375 : 2376) } : { socketPath }
  return request({ ...place, ...tls, secure: tls !== undefined, method, path, headers: { host: 'docker' } })
}
