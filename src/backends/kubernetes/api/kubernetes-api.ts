import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import type { WebSocket } from 'ws'
import type { KubernetesAddress } from '../../../model/resource.ts'
import { hrnow, setTimeout } from '../../../platform/clock.ts'
import { pristine, withPristineRequests } from '../../../platform/node-internals/pristine-requests.ts'
import { ApiError, hasStatus } from './api-error.ts'
import type { KubernetesClient } from './load-client.ts'

const PATIENCE_MS = 15_000
const KEEP_ALIVE_MS = 15_000
/** A connection that nobody uses is closed. */
const IDLE_MS = 5_000
/**
 * The newer v5 is taken by the API server itself, which translates it: slower, and whether the kubelet refuses is told by no answer but
 * the stream's end.
 */
const PROTOCOLS = ['v4.channel.k8s.io']
/** Between two readings of who we are to the server. */
const RENEW_PAUSE_MS = 1_000
const MAX_BODY = 64 * 1024 * 1024

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface ApiRequest {
  readonly query?: Query
  readonly body?: unknown
  readonly contentType?: string
}

/**
 * An API server, as plain JSON over HTTP. The client's KubeConfig knows who we are to it (files, exec plugins, OIDC, proxies); its
 * generated API is not used. @see docs/decisions/kubernetes.md
 */
export class KubernetesApi {
  readonly server: string
  readonly #load: () => KubeConfig
  #config: KubeConfig
  #renewedAt: number = hrnow()
  readonly #WebSocket: KubernetesClient['WebSocket']
  #agent: { readonly key: string; readonly agent: https.Agent } | undefined

  /** @param load reads the configuration; called again when the server doesn't accept its credentials any more */
  constructor(load: () => KubeConfig, client: KubernetesClient) {
    this.#load = load
    this.#config = load()
    this.#WebSocket = client.WebSocket
    this.server = this.#config.getCurrentCluster()?.server.replace(/\/$/, '') ?? ''
  }

  /** Who we are to the server at present. */
  get identity(): unknown {
    return this.#config
  }

  /** Reads anew who we are, unless that was done since `used` was: a token in a file, or of an exec plugin, may have been replaced. */
  async renewCredentials(used: unknown): Promise<void> {
    const pause = this.#renewedAt + RENEW_PAUSE_MS - hrnow()
    if (pause > 0) await new Promise(resolve => setTimeout(resolve, pause))
    if (used !== this.#config) return
    this.#renewedAt = hrnow()
    try {
      this.#config = this.#load()
    } catch {
      // Somebody writes it in this moment.
    }
  }

  /** @throws ApiError, or what the network says */
  async request<T>(method: string, path: string, request: ApiRequest = {}): Promise<T> {
    const text = await this.text(method, path, request)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  async text(method: string, path: string, request: ApiRequest = {}): Promise<string> {
    return await read(await this.#send(method, path, request))
  }

  /** The body as it comes, for watches; holds up no process. @throws ApiError */
  async stream(path: string, query: Query): Promise<IncomingMessage> {
    const response = await this.#send('GET', path, { query })
    response.setTimeout(0)
    response.socket.setKeepAlive(true, KEEP_ALIVE_MS)
    response.socket.unref()
    return response
  }

  /** A socket that is being opened; its protocol is that of exec. */
  async socket(path: string, query: Query): Promise<WebSocket> {
    const { agent, ...options } = await this.#options()
    const url = `${this.server.replace(/^http/, 'ws')}${path}${queryString(query)}`
    const given = { ...options, agent, handshakeTimeout: PATIENCE_MS, perMessageDeflate: false } as never
    const socket = withPristineRequests(() => new this.#WebSocket(url, PROTOCOLS, given))
    socket.on('upgrade', response => {
      response.socket.setKeepAlive(true, KEEP_ALIVE_MS)
      response.socket.setNoDelay(true)
      response.socket.unref()
    })
    return socket
  }

  /** For the watchdog, which has no client. */
  async address(): Promise<KubernetesAddress> {
    const { ca, cert, key, headers, rejectUnauthorized } = await this.#options()
    const token = /^Bearer (.+)$/.exec(String((headers as Record<string, unknown> | undefined)?.Authorization ?? ''))?.[1]
    return {
      server: this.server,
      ...(ca !== undefined && { ca: String(ca) }),
      ...(cert !== undefined && { cert: String(cert) }),
      ...(key !== undefined && { key: String(key) }),
      ...(token !== undefined && { token }),
      ...(rejectUnauthorized === false && { insecureSkipTlsVerify: true }),
    }
  }

  async #send(method: string, path: string, request: ApiRequest): Promise<IncomingMessage> {
    const used = this.#config
    try {
      return await this.#sendOnce(method, path, request)
    } catch (error) {
      if (!hasStatus(error, 401)) throw error
      await this.renewCredentials(used)
      return await this.#sendOnce(method, path, request)
    }
  }

  async #sendOnce(method: string, path: string, { query = {}, body, contentType }: ApiRequest): Promise<IncomingMessage> {
    const options = await this.#options()
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const url = `${this.server}${path}${queryString(query)}`
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.startsWith('https:') ? pristine.https : pristine.http
      const request = send(url, {
        ...options,
        method,
        timeout: PATIENCE_MS,
        headers: {
          ...options.headers,
          accept: 'application/json',
          ...(payload && { 'content-type': contentType ?? 'application/json', 'content-length': payload.length }),
        },
      })
      request.on('timeout', () => {
        const error = new Error(`${this.server} has not answered for ${PATIENCE_MS / 1000} s`)
        request.destroy(Object.assign(error, { code: 'NO_ANSWER' }))
      })
      request.on('response', resolve).on('error', reject).end(payload)
    })
    const { statusCode = 0 } = response
    if (statusCode < 200 || statusCode > 299) throw new ApiError(statusCode, await read(response))
    return response
  }

  async #options(): Promise<https.RequestOptions> {
    const options: https.RequestOptions = {}
    await this.#config.applyToHTTPSOptions(options as never)
    if (this.#config.getCurrentCluster()?.proxyUrl || this.server.startsWith('http:')) return options
    // The client's agent makes a connection a request.
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options
    const identity = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }
    const known = JSON.stringify(identity)
    if (this.#agent?.key !== known) {
      const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined))
      this.#agent = { key: known, agent: new https.Agent({ ...given, keepAlive: true, timeout: IDLE_MS }) }
    }
    return { ...options, agent: this.#agent.agent }
  }
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY) throw new Error(`The API server's answer is larger than ${MAX_BODY} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function queryString(query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) parameters.append(name, String(each))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}
