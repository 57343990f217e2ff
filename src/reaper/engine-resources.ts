import type { EngineAddress } from '../model/resource.ts'
import { type HttpResponse, httpRequest } from './http-request.ts'

/** A resource of a container engine, as the engine's API lists it. */
export interface EngineResource {
  readonly kind: 'container' | 'network' | 'volume'
  /** For a volume, its name. */
  readonly id: string
  readonly labels: Readonly<Record<string, string | undefined>>
}

/**
 * Lists containers, networks and volumes that match all filters, in the order in which they can be removed. It speaks plain HTTP
 * because the watchdog loads no client library.
 * @param filters labels, as `name` or `name=value`
 */
export async function listEngineResources(engine: EngineAddress, filters: readonly string[]): Promise<EngineResource[]> {
  const query = `filters=${encodeURIComponent(JSON.stringify({ label: filters }))}`
  const containers = (await list(engine, `/containers/json?all=1&${query}`)) as Listed[]
  const networks = (await list(engine, `/networks?${query}`)) as Listed[]
  const { Volumes } = (await list(engine, `/volumes?${query}`)) as { Volumes: Listed[] | null }
  return [
    ...containers.map(({ Id, Labels }) => resource('container', Id, Labels)),
    ...networks.map(({ Id, Labels }) => resource('network', Id, Labels)),
    ...(Volumes ?? []).map(({ Name, Labels }) => resource('volume', Name, Labels)),
  ]
}

/** Removes a resource, whatever its state. Resolves also if it is gone. */
export async function removeEngineResource(
  engine: EngineAddress,
  { kind, id }: Pick<EngineResource, 'kind' | 'id'>,
): Promise<void> {
  const path = {
    container: `/containers/${id}?force=1&v=1`,
    network: `/networks/${id}`,
    volume: `/volumes/${encodeURIComponent(id)}?force=1`,
  }[kind]
  const { status, body } = await ask(engine, 'DELETE', path)
  // A container answers 409 while it is being removed. For a network or volume, 409 means it is in use: the caller may try again.
  if (status < 300 || status === 404 || (status === 409 && /already in progress/.test(body))) return
  throw new Error(`DELETE ${path} answered ${status}: ${body.trim()}`)
}

interface Listed {
  readonly Id: string
  readonly Name: string
  readonly Labels: Readonly<Record<string, string>> | null
}

function resource(kind: EngineResource['kind'], id: string, labels: Listed['Labels']): EngineResource {
  return { kind, id, labels: labels ?? {} }
}

async function list(engine: EngineAddress, path: string): Promise<unknown> {
  const { status, body } = await ask(engine, 'GET', path)
  if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body.trim()}`)
  return JSON.parse(body)
}

function ask(engine: EngineAddress, method: string, path: string): Promise<HttpResponse> {
  const { socketPath, host, port, tls } = engine
  const address = socketPath === undefined ? { host, port } : { socketPath }
  return httpRequest({ ...address, ...tls, secure: tls !== undefined, method, path, headers: { host: 'docker' } })
}
