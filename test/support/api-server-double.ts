import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import { type ApiRequest, KubernetesApi } from '../../src/backends/kubernetes/api/kubernetes-api.ts'
import { loadClient } from '../../src/backends/kubernetes/api/load-client.ts'
import type { Metadata } from '../../src/backends/kubernetes/api/resources.ts'

export interface ApiCall {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly token: string | undefined
  readonly body: any
}

/** An answer in place of the usual one. `lost`: the server does as it was asked, and the answer does not arrive. */
export type Refusal = 'lost' | { readonly status: number; readonly message?: string; readonly reason?: string }

/** Reports each answer once the code that sent the request has handled it. */
class ObservedApi extends KubernetesApi {
  readonly #onAnswer: (method: string, path: string) => void

  constructor(
    load: ConstructorParameters<typeof KubernetesApi>[0],
    client: ConstructorParameters<typeof KubernetesApi>[1],
    onAnswer: (method: string, path: string) => void,
  ) {
    super(load, client)
    this.#onAnswer = onAnswer
  }

  override async text(method: string, path: string, request?: ApiRequest): Promise<string> {
    try {
      return await super.text(method, path, request)
    } finally {
      setImmediate(() => this.#onAnswer(method, path))
    }
  }
}

interface Stored {
  metadata: Metadata
  [field: string]: unknown
}

interface StoredEvent {
  readonly type: string
  readonly object: Stored
  readonly path: string
}

/**
 * A double of a Kubernetes API server: it stores objects by path, lists, watches and deletes them, and hands exec streams to the test.
 * It does not check what it stores.
 */
export class ApiServerDouble implements AsyncDisposable {
  readonly api: KubernetesApi
  /** Decides for each request whether it gets the usual answer. */
  refuse: (call: ApiCall) => Refusal | undefined | Promise<Refusal | undefined> = () => undefined
  onExec: (socket: WebSocket, call: ApiCall) => void = () => undefined
  /** The bearer token that the client sends from its next reading of the credentials on. */
  token = 'first'
  readonly #server: Server
  readonly #sockets: WebSocketServer
  readonly #objects = new Map<string, Stored>()
  readonly #history: StoredEvent[] = []
  readonly #watches = new Map<ServerResponse, string>()
  readonly #calls: ApiCall[] = []
  readonly #answers: Pick<ApiCall, 'method' | 'path'>[] = []
  #waiters: (() => void)[] = []
  #version = 100
  #forgotten: { readonly until: number; readonly how: 'answer' | 'event' } = { until: 0, how: 'answer' }

  private constructor(server: Server, client: Awaited<ReturnType<typeof loadClient>>) {
    this.#server = server
    const { WebSocketServer } = client.WebSocket as unknown as { WebSocketServer: typeof import('ws').WebSocketServer }
    this.#sockets = new WebSocketServer({ noServer: true })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const load = () => {
      const config = new client.KubeConfig()
      config.loadFromClusterAndUser({ name: 'double', server: url, skipTLSVerify: true }, { name: 'test', token: this.token })
      return config
    }
    this.api = new ObservedApi(load, client, (method, path) => {
      this.#answers.push({ method, path })
      this.#wake()
    })
    server.on('request', (request, response) => void this.#answer(request, response))
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head))
  }

  static async start(): Promise<ApiServerDouble> {
    const client = await loadClient()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ApiServerDouble(server, client)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    await closed
  }

  /** Resolves with the next request of this kind, which may have arrived already. Each is returned once. */
  called(method: string, path: string): Promise<ApiCall> {
    return this.#next(this.#calls, method, path)
  }

  /** Resolves when the client has handled the answer to the next request of this kind. */
  async answered(method: string, path: string): Promise<void> {
    await this.#next(this.#answers, method, path)
  }

  /** The requests that {@link called} has not returned, such as `GET /api/v1/namespaces/n/pods`. */
  get calls(): string[] {
    return this.#calls.map(({ method, path }) => `${method} ${path}`)
  }

  get paths(): string[] {
    return [...this.#objects.keys()]
  }

  get openWatches(): number {
    return this.#watches.size
  }

  /** Creates or changes the object at this path. */
  put(path: string, object: object): void {
    const type = this.#objects.has(path) ? 'MODIFIED' : 'ADDED'
    const { metadata, ...rest } = object as Stored
    const stored = { ...rest, metadata: { ...metadata, name: path.split('/').at(-1)!, resourceVersion: this.#nextVersion() } }
    this.#objects.set(path, stored)
    this.#publish(type, stored, path)
  }

  remove(path: string): void {
    const object = this.#objects.get(path)
    this.#objects.delete(path)
    if (object === undefined) return
    this.#publish('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: this.#nextVersion() } }, path)
  }

  /** Sends an event to all watches. */
  send(type: string, object: object): void {
    for (const response of this.#watches.keys()) response.write(`${JSON.stringify({ type, object })}\n`)
  }

  #publish(type: string, object: Stored, path: string): void {
    const event = { type, object, path }
    this.#history.push(event)
    for (const [response, collection] of this.#watches) publishTo(response, collection, event)
  }

  /** Forgets the history, so that watches from an earlier version are refused: by the answer, or by an event. */
  forget(how: 'answer' | 'event'): void {
    this.#history.length = 0
    this.#forgotten = { until: this.#version, how }
    this.#version++
  }

  /** Ends the watches properly, or cuts their connections. */
  endWatches(how: 'end' | 'cut'): void {
    for (const response of this.#watches.keys()) {
      if (how === 'end') response.end()
      else response.destroy()
    }
    this.#watches.clear()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await parse(request)
    const refusal = await this.refuse(call)
    if (refusal === undefined) this.#serve(call, response)
    else if (refusal !== 'lost') reply(response, refusal.status, refusal)
    else {
      this.#serve(call, undefined)
      response.destroy()
    }
    this.#record(call)
  }

  #serve({ method, path, query, body }: ApiCall, response: ServerResponse | undefined): void {
    const existing = this.#objects.get(path)
    if (method === 'POST') {
      const target = `${path}/${body.metadata.name}`
      if (this.#objects.has(target)) return reply(response, 409, { reason: 'AlreadyExists', message: `${target} exists` })
      this.put(target, { ...body, metadata: { ...body.metadata, uid: `uid-${this.#version}` } })
      return reply(response, 201, this.#objects.get(target)!)
    }
    if (method === 'GET' && /\/(pods|leases|configmaps|events)$/.test(path)) return this.#list(path, query, response)
    if (existing === undefined) return reply(response, 404, { reason: 'NotFound', message: `${path} not found` })
    if (method === 'PUT') {
      if (body.metadata.resourceVersion !== existing.metadata.resourceVersion)
        return reply(response, 409, { reason: 'Conflict', message: 'the object has been modified' })
      this.put(path, body)
    }
    if (method === 'DELETE') this.remove(path)
    reply(response, 200, this.#objects.get(path) ?? existing)
  }

  #list(path: string, query: URLSearchParams, response: ServerResponse | undefined): void {
    if (query.get('watch') === 'true' && response !== undefined) {
      const since = Number(query.get('resourceVersion'))
      if (since <= this.#forgotten.until) {
        const status = { code: 410, reason: 'Expired', message: 'too old resource version' }
        if (this.#forgotten.how === 'answer') return reply(response, 410, status)
        return void response.end(`${JSON.stringify({ type: 'ERROR', object: { ...status, metadata: {} } })}\n`)
      }
      this.#watches.set(response, path)
      for (const event of this.#history) {
        if (Number(event.object.metadata.resourceVersion) > since) publishTo(response, path, event)
      }
      response.on('close', () => {
        this.#watches.delete(response)
        this.#wake()
      })
      response.flushHeaders()
      return
    }
    const items = [...this.#objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, object]) => object)
    reply(response, 200, { metadata: { resourceVersion: String(this.#version) }, items })
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const call = callOf(request, undefined)
    const refusal = await this.refuse(call)
    if (refusal === undefined) {
      this.#sockets.handleUpgrade(request, socket as never, head, opened => {
        this.onExec(opened, call)
        this.#record(call)
      })
      return
    }
    const { status, ...rest } = refusal === 'lost' ? { status: 500 } : refusal
    const body = JSON.stringify(rest)
    socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
    this.#record(call)
  }

  async #next<T extends Pick<ApiCall, 'method' | 'path'>>(list: T[], method: string, path: string): Promise<T> {
    for (;;) {
      const index = list.findIndex(call => call.method === method && call.path === path)
      if (index >= 0) return list.splice(index, 1)[0]!
      await new Promise<void>(resolve => this.#waiters.push(resolve))
    }
  }

  #record(call: ApiCall): void {
    this.#calls.push(call)
    this.#wake()
  }

  #wake(): void {
    for (const notify of this.#waiters.splice(0)) notify()
  }

  /** Resolves when a watch is open. */
  async watching(): Promise<void> {
    while (this.#watches.size === 0) await new Promise<void>(resolve => this.#waiters.push(resolve))
  }

  /** Resolves when no watch is open. */
  async noWatch(): Promise<void> {
    while (this.#watches.size > 0) await new Promise<void>(resolve => this.#waiters.push(resolve))
  }

  #nextVersion(): string {
    return String(++this.#version)
  }
}

function publishTo(response: ServerResponse, collection: string, { type, object, path }: StoredEvent): void {
  if (path.startsWith(`${collection}/`)) response.write(`${JSON.stringify({ type, object })}\n`)
}

function reply(response: ServerResponse | undefined, status: number, body: object): void {
  response?.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function parse(request: IncomingMessage): Promise<ApiCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return callOf(request, chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString()))
}

function callOf({ method = '', url = '', headers }: IncomingMessage, body: unknown): ApiCall {
  const { pathname, searchParams } = new URL(url, 'http://double')
  return { method, path: pathname, query: searchParams, token: headers.authorization?.replace('Bearer ', ''), body }
}
