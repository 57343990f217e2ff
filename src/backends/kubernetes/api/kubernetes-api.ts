import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import type { WebSocket } from 'ws'
import type { KubernetesAddress } from '../../../model/resource.ts'
import { backoff, hrnow, retry, sleep } from '../../../platform/clock.ts'
import { pristine, withPristineRequests } from '../../../platform/node-internals/pristine-requests.ts'
import { ApiError, hasStatus, isTransient } from './api-error.ts'
import type { KubernetesClient } from './load-client.ts'

const ANSWER_TIMEOUT_MS = 15_000
const KEEP_ALIVE_MS = 15_000
/** Unused connections are closed after this time. */
const IDLE_MS = 5_000
const PAUSES_MS = { first: 100, longest: 1_000 }
const REMOVE_PATIENCE_MS = 5_000
/**
 * The protocol of exec streams. The newer v5 is handled by the API server, which translates it to v4. That is slower, and a refusal of
 * the kubelet is reported only by the end of the stream.
 */
const PROTOCOLS = ['v4.channel.k8s.io']
/** The least time between two readings of the credentials. */
const RENEW_PAUSE_MS = 1_000
const MAX_BODY = 64 * 1024 * 1024

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface ApiRequest {
  readonly query?: Query
  readonly body?: unknown
}

export interface CreateOptions {
  /** Milliseconds during which the request is repeated if the server can't answer. */
  readonly patience: number
  /** Whether the object is no longer needed. */
  readonly isGivenUp?: () => boolean
}

/**
 * An API server, as JSON over HTTP. The KubeConfig of the client finds and renews the credentials (files, exec plugins, OIDC, proxies).
 * The client's generated API is not used. @see docs/decisions/kubernetes.md
 */
export class KubernetesApi {
  readonly server: string
  readonly #load: () => KubeConfig
  readonly #WebSocket: KubernetesClient['WebSocket']
  #config: KubeConfig
  #renewedAt: number = hrnow()
  #agent: { readonly key: string; readonly agent: https.Agent } | undefined

  /** @param load reads the configuration, and is called again when the server no longer accepts the credentials */
  constructor(load: () => KubeConfig, client: Pick<KubernetesClient, 'WebSocket'>) {
    this.#load = load
    this.#config = load()
    this.#WebSocket = client.WebSocket
    this.server = this.#config.getCurrentCluster()?.server.replace(/\/$/, '') ?? ''
  }

  /** @throws ApiError, or a network error */
  async request<T>(method: string, path: string, request: ApiRequest = {}): Promise<T> {
    const text = await this.text(method, path, request)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** @throws ApiError, or a network error */
  async text(method: string, path: string, request: ApiRequest = {}): Promise<string> {
    return await read(await this.#send(method, path, request))
  }

  /**
   * Creates an object. The answer may get lost after the server has created it; if a later attempt then finds that it exists, the
   * result is `undefined`.
   * @throws ApiError, or a network error
   */
  async create<T>(path: string, body: object, { patience, isGivenUp = () => false }: CreateOptions): Promise<T | undefined> {
    let attempts = 0
    const attempt = async (): Promise<T | undefined> => {
      try {
        return await this.request<T>('POST', path, { body })
      } catch (error) {
        if (attempts++ > 0 && hasStatus(error, 409)) return undefined
        throw error
      }
    }
    const pauses = backoff({ ...PAUSES_MS, patience })
    return await retry(attempt, { pauses, isTransient: error => isTransient(error) && !isGivenUp() })
  }

  /** Deletes an object if it exists. @throws ApiError, or a network error */
  async remove(path: string, request: ApiRequest): Promise<void> {
    const pauses = backoff({ ...PAUSES_MS, patience: REMOVE_PATIENCE_MS })
    try {
      await retry(() => this.request('DELETE', path, request), { pauses, isTransient })
    } catch (error) {
      if (!hasStatus(error, 404)) throw error
    }
  }

  /** The body of a watch, as it arrives. Does not keep the process alive. @throws ApiError, or a network error */
  async stream(path: string, query: Query): Promise<IncomingMessage> {
    const response = await this.#send('GET', path, { query })
    response.setTimeout(0)
    response.socket.setKeepAlive(true, KEEP_ALIVE_MS)
    response.socket.unref()
    return response
  }

  /** A WebSocket that is being opened, with the protocol of exec streams. */
  async socket(path: string, query: Query): Promise<WebSocket> {
    const { agent, ...options } = await this.#options()
    const url = `${this.server.replace(/^http/, 'ws')}${path}${queryString(query)}`
    const given = { ...options, agent, handshakeTimeout: ANSWER_TIMEOUT_MS, perMessageDeflate: false } as never
    const socket = withPristineRequests(() => new this.#WebSocket(url, PROTOCOLS, given))
    socket.on('upgrade', response => {
      response.socket.setKeepAlive(true, KEEP_ALIVE_MS)
      response.socket.setNoDelay(true)
      response.socket.unref()
    })
    return socket
  }

  /** Calls `attempt`. If the server refuses the credentials, they are read again, and `attempt` is called once more. */
  async authorized<T>(attempt: () => Promise<T>): Promise<T> {
    const used = this.#config
    try {
      return await attempt()
    } catch (error) {
      if (!hasStatus(error, 401)) throw error
      await this.#renewCredentials(used)
      return await attempt()
    }
  }

  /** The address and credentials, for the watchdog, which has no client. */
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

  /** A token in a file or of an exec plugin may have been replaced. Another request may already have read it. */
  async #renewCredentials(used: KubeConfig): Promise<void> {
    const pause = this.#renewedAt + RENEW_PAUSE_MS - hrnow()
    if (pause > 0 && used === this.#config) await sleep(pause)
    if (used !== this.#config) return
    this.#renewedAt = hrnow()
    try {
      this.#config = this.#load()
    } catch {
      // The file is just being written.
    }
  }

  #send(method: string, path: string, request: ApiRequest): Promise<IncomingMessage> {
    return this.authorized(() => this.#sendOnce(method, path, request))
  }

  async #sendOnce(method: string, path: string, { query = {}, body }: ApiRequest): Promise<IncomingMessage> {
    const options = await this.#options()
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const url = `${this.server}${path}${queryString(query)}`
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.startsWith('https:') ? pristine.https : pristine.http
      const request = send(url, {
        ...options,
        method,
        timeout: ANSWER_TIMEOUT_MS,
        headers: {
          ...options.headers,
          accept: 'application/json',
          ...(payload && { 'content-type': 'application/json', 'content-length': payload.length }),
        },
      })
      request.on('timeout', () => {
        const error = new Error(`${this.server} has not answered for ${ANSWER_TIMEOUT_MS / 1000} s`)
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
    // The client's agent opens a connection for each request.
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
