import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { RuntimeApi } from '../../../../src/emulator/runtime-api/runtime-api.ts'
import type { RuntimeAnswer } from '../../../../src/emulator/runtime-api/runtime-requests.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export async function eventually(check: () => boolean): Promise<void> {
  while (!check()) await sleep(1)
}

/** A Runtime API that listens, and what it told its listener. */
export class ListeningApi {
  readonly api: RuntimeApi
  readonly told: (string | RuntimeAnswer)[] = []
  readonly initErrors: { readonly body: string; readonly errorType: string | undefined }[] = []
  port = 0

  constructor() {
    this.api = new RuntimeApi({
      ready: () => this.told.push('ready'),
      initError: (body, errorType) => this.initErrors.push({ body: body.toString(), errorType }),
      answer: answer => this.told.push(answer),
    })
  }

  static async open(): Promise<ListeningApi> {
    const listening = new ListeningApi()
    const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => listening.api.accept(socket)).unref()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    listening.port = (server.address() as AddressInfo).port
    return listening
  }

  get answers(): RuntimeAnswer[] {
    return this.told.filter(each => typeof each !== 'string')
  }

  deliver(requestId: string, payload: string | Uint8Array = '{}', headers: readonly string[] = []): void {
    const all = ['Content-Type', 'application/json', 'Lambda-Runtime-Aws-Request-Id', requestId, ...headers]
    this.api.deliver({ requestId, payload: Buffer.from(payload), headers: all })
  }

  async connect(): Promise<RawClient> {
    const socket = connect(this.port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** A client that was handed an event. */
  async running(requestId: string, payload?: string): Promise<RawClient> {
    const client = await this.connect()
    client.write(NEXT)
    await eventually(() => this.told.includes('ready'))
    this.deliver(requestId, payload)
    await client.answer()
    return client
  }

  /** One request on a connection of its own. */
  async request(text: string | Uint8Array): Promise<Answer> {
    const client = await this.connect()
    client.write(text)
    const answer = await client.answer()
    client.socket.destroy()
    return answer
  }
}

/** Writes what it is told, to the byte, and reads answers by their Content-Length. */
export class RawClient {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #ended = false
  #wake: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay?.(true)
    socket.on('data', chunk => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  write(text: string | Uint8Array): void {
    this.socket.write(text)
  }

  /** The next answer; 1xx ones are answers too. */
  async answer(): Promise<Answer> {
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n')
      if (end !== -1) {
        const [line = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n')
        const headers = Object.fromEntries(
          lines.map(each => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 1).trim()]),
        )
        const length = Number(headers['content-length'] ?? (this.#ended || line.includes(' 100 ') ? 0 : Number.NaN))
        const body = Number.isNaN(length) ? (this.#ended ? this.#received.length - end - 4 : undefined) : length
        if (body !== undefined && this.#received.length >= end + 4 + body) {
          const answer = {
            status: Number(line.split(' ')[1]),
            headers,
            body: this.#received.toString('utf8', end + 4, end + 4 + body),
          }
          this.#received = this.#received.subarray(end + 4 + body)
          return answer
        }
      }
      if (this.#ended) throw new Error(`the connection ended with ${JSON.stringify(this.#received.toString())}`)
      await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  async closed(): Promise<void> {
    while (!this.#ended) await new Promise<void>(resolve => (this.#wake = resolve))
  }
}

export const NEXT = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n'

export function post(path: string, body: string, headers: readonly string[] = []): string {
  const lines = ['Host: x', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, ...headers]
  return `POST /2018-06-01/runtime/${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
