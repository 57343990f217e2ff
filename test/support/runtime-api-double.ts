/** A Runtime API that gives out the events it was made with and keeps what a runtime sent. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ScriptedEvent {
  /** Sent as it is if a string or bytes, else as JSON. */
  readonly payload: unknown
  /** Over the defaults; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly trailers: NodeJS.Dict<string>
  readonly body: string
}

export class RuntimeApiDouble implements AsyncDisposable {
  readonly requests: RecordedRequest[] = []
  /** Resolves when a runtime asks for an event and none is left. */
  readonly exhausted: Promise<void>
  readonly #events: ScriptedEvent[]
  readonly #server: Server
  #exhaust: () => void = () => {}
  /** The request before: requests may be pipelined, and a body takes turns of the event loop to read. */
  #previous: Promise<void> = Promise.resolve()
  #given = 0
  #unanswered = false
  /** Polls that came before the answer to the event before. */
  #early: (() => Promise<void>)[] = []

  private constructor(events: readonly ScriptedEvent[], postStatus: number) {
    this.#events = [...events]
    this.exhausted = new Promise(resolve => {
      this.#exhaust = resolve
    })
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, maxHeaderSize: 1 << 20 }, (request, response) => {
      this.#previous = this.#previous.then(async () => {
        const serve = () => this.#serve(request, response, postStatus)
        if (request.method === 'GET' && this.#unanswered) this.#early.push(serve)
        else await serve()
      })
    })
    this.#server.timeout = 0
  }

  static async start(events: readonly ScriptedEvent[], postStatus = 202): Promise<RuntimeApiDouble> {
    const double = new RuntimeApiDouble(events, postStatus)
    await new Promise<void>(resolve => double.#server.listen(0, '127.0.0.1', resolve))
    return double
  }

  /** As in AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async #serve(request: IncomingMessage, response: ServerResponse, postStatus: number): Promise<void> {
    const body = await text(request)
    this.requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      trailers: request.trailers,
      body,
    })
    if (request.method === 'POST') {
      this.#unanswered = false
      for (const serve of this.#early.splice(0)) void serve()
      // Sent with the head, so that Node adds a Content-Length, as the real Runtime API does.
      response.statusCode = postStatus
      response.setHeader('Content-Type', 'application/json').end('{"status":"OK"}\n')
      return
    }
    const event = this.#events.shift()
    this.#unanswered = event !== undefined
    if (event === undefined) {
      this.#exhaust()
      return
    }
    for (const [name, value] of Object.entries({ ...this.#defaults(), ...event.headers })) {
      if (value !== undefined) response.setHeader(name, Buffer.from(value).toString('latin1'))
    }
    const { payload } = event
    response.end(typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload))
  }

  /** Ids are `request-1`, `request-2`, …; the deadline is three seconds off. */
  #defaults(): Record<string, string> {
    this.#given += 1
    return {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': `request-${this.#given}`,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + 3000),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:000000000000:function:tested',
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}
