import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A request that the double got. */
export interface EngineRequest {
  readonly method: string
  /** Without the API's version. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** Empty for requests whose body is a tar. */
  readonly body: string
}

/** A JSON body of a response with status 200, a status with a body, lines of JSON (that may go on for ever), or headers. */
export type EngineAnswer =
  | object
  | readonly [status: number, body: unknown]
  | { readonly lines: readonly unknown[]; readonly goesOn?: boolean }
  | { readonly headers: Readonly<Record<string, string>> }

export interface EngineDouble {
  /** `tcp://127.0.0.1:1234` */
  readonly url: string
  readonly port: number
  /** `GET /version`, in order. */
  readonly asked: readonly string[]
  readonly requests: readonly EngineRequest[]
  /** Resolves when so many requests have come. */
  received(count: number): Promise<void>
  /** Resolves when the client breaks off a request. */
  brokenOff(): Promise<unknown>
}

/**
 * An HTTP server that stands for an engine: it has no containers, only the given answers by `GET /version`, and 404 for everything
 * else. An answer may be a function of the request; one that returns `undefined` leaves the request open.
 */
export async function startEngineDouble(
  answers: Readonly<Record<string, EngineAnswer | ((request: EngineRequest) => EngineAnswer | undefined)>>,
): Promise<EngineDouble> {
  const requests: EngineRequest[] = []
  const events = new EventEmitter()
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming)
    requests.push(request)
    events.emit('request')
    response.on('close', () => response.writableFinished || events.emit('brokenOff'))
    const answer = answers[`${request.method} ${request.path}`] ?? [404, { message: `no such thing: ${request.path}` }]
    const settled = typeof answer === 'function' ? answer(request) : answer
    if (settled !== undefined) send(response, settled)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `tcp://127.0.0.1:${port}`,
    port,
    requests,
    async received(count) {
      while (requests.length < count) await once(events, 'request')
    },
    brokenOff: () => once(events, 'brokenOff'),
    get asked() {
      return requests.map(({ method, path }) => `${method} ${path}`)
    },
  }
}

async function readRequest(incoming: IncomingMessage): Promise<EngineRequest> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://engine')
  const { method = 'GET', headers } = incoming
  const body = await text(incoming)
  const isTar = headers['content-type'] === 'application/tar'
  return {
    method,
    path: decodeURIComponent(pathname.replace(/^\/v\d[\d.]*(?=\/)/, '')),
    query: searchParams,
    headers,
    body: isTar ? '' : body,
  }
}

function send(response: ServerResponse, answer: EngineAnswer): unknown {
  const [status, body] = Array.isArray(answer) ? answer : [200, answer]
  const headers = hasKey(body, 'headers') ? (body.headers as Record<string, string>) : {}
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  if (!hasKey(body, 'lines')) return response.end(status === 204 || status === 304 ? undefined : JSON.stringify(body))
  response.write((body.lines as unknown[]).map(line => `${JSON.stringify(line)}\n`).join(''))
  if (!hasKey(body, 'goesOn')) response.end()
}

const hasKey = <K extends string>(body: unknown, key: K): body is Record<K, unknown> =>
  typeof body === 'object' && body !== null && key in body

/** Docker's own description of itself. */
export const DOCKER_VERSION = { Version: '20.10.24', Arch: 'amd64', Components: [{ Name: 'Engine' }] }
/** podman's description of itself in Docker's API. */
export const PODMAN_VERSION = { Version: '4.3.1', Arch: 'arm64', Components: [{ Name: 'Podman Engine' }] }
