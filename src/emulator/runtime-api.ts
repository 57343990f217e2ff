import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setImmediate } from './clock.ts'
import { type Body, readBody } from './request-body.ts'
import { RESPONSE_LIMIT } from './runtime-errors.ts'
import { RuntimeState } from './runtime-state.ts'

/** An event as `/next` hands it out. */
export interface RuntimeEvent {
  readonly requestId: string
  readonly payload: Uint8Array
  /** Flat list of names and values. @see contract 1.2 */
  readonly headers: readonly string[]
}

/** What a runtime made of its event. */
export type RuntimeAnswer =
  | { readonly kind: 'response'; readonly body: Buffer; readonly contentType: string }
  | { readonly kind: 'error'; readonly body: Buffer; readonly contentType: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'invalidMode' }
  | { readonly kind: 'truncated' }

export interface RuntimeApiListener {
  /** The runtime asks for an event and none is there: its init, or its last invocation, is over. */
  ready(): void
  initError(body: Buffer, errorType: string | undefined): void
  answer(answer: RuntimeAnswer): void
}

/**
 * The Runtime API of one execution environment, to the letter of contract 1: routes, headers, bodies, wrong order and bad ids.
 * It knows nothing of processes, time or logs.
 */
export class RuntimeApi {
  readonly server: Server
  readonly #listener: RuntimeApiListener
  readonly #state = new RuntimeState()
  #waiting: ServerResponse[] = []
  #event: RuntimeEvent | undefined
  #reading = false
  #heldPoll: ServerResponse | undefined

  constructor(listener: RuntimeApiListener) {
    this.#listener = listener
    // A runtime that is frozen, or waits for its next event for hours, must never lose its connection.
    this.server = createServer(
      {
        keepAliveTimeout: 0,
        headersTimeout: 0,
        requestTimeout: 0,
        connectionsCheckingInterval: 2 ** 31 - 1,
        maxHeaderSize: 1 << 20,
        noDelay: true,
      },
      (request, response) => this.#route(request, response),
    )
    this.server.timeout = 0
    this.server.on('clientError', (_error, socket) => {
      if (socket.writable)
        socket.end(
          'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request',
        )
      else socket.destroy()
    })
  }

  /** Hands an event to the runtime, now or with its next poll. */
  deliver(event: RuntimeEvent): void {
    this.#event = event
    const poll = this.#waiting.pop()
    if (poll !== undefined) this.#send(poll, event)
  }

  /** Forgets the runtime: its connections, its state and its event. A fresh one may come. */
  reset(): void {
    this.#state.reset()
    this.#event = undefined
    this.#waiting = []
    this.#reading = false
    this.#heldPoll = undefined
    this.server.closeAllConnections()
  }

  close(): void {
    this.reset()
    this.server.close()
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    response.sendDate = false
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (path === '/2018-06-01/runtime/invocation/next') return this.#only('GET', request, response, () => this.#next(response))
    const answer = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path)
    if (answer !== null) {
      const [, id = '', kind] = answer
      return this.#only('POST', request, response, () => void this.#answer(id, kind as 'response' | 'error', request, response))
    }
    if (path === '/2018-06-01/runtime/init/error') {
      return this.#only('POST', request, response, () => void this.#initError(request, response))
    }
    if (path === '/2018-06-01/ping') return this.#only('GET', request, response, () => text(response, 200, 'pong'))
    const telemetry = { '/2022-07-01/telemetry': 'Telemetry', '/2020-08-15/logs': 'Logs' }[path]
    if (telemetry !== undefined) {
      return this.#only('PUT', request, response, () =>
        json(response, 202, { errorMessage: `${telemetry} API is not supported`, errorType: `${telemetry}.NotSupported` }),
      )
    }
    request.resume()
    text(response, 404, '404 page not found\n')
  }

  #only(method: string, request: IncomingMessage, response: ServerResponse, handle: () => void): void {
    if (request.method === method) return handle()
    request.resume()
    response.writeHead(405).end()
  }

  #next(response: ServerResponse): void {
    // A runtime may send its answer and the next poll in one go: the poll is seen before the answer's body has been read.
    if (this.#reading) {
      this.#heldPoll = response
      return
    }
    const before = this.#state.name
    const refusal = this.#state.transition('Ready')
    if (refusal !== undefined) return json(response, 403, { errorMessage: refusal, errorType: 'InvalidStateTransition' })
    if (before === 'RuntimeResponseSentState') this.#event = undefined
    if (this.#event !== undefined) return this.#send(response, this.#event)
    this.#waiting.push(response)
    response.on('close', () => {
      this.#waiting = this.#waiting.filter(waiting => waiting !== response)
    })
    this.#listener.ready()
  }

  #send(response: ServerResponse, event: RuntimeEvent): void {
    this.#state.running()
    response.writeHead(200, [...event.headers, 'Content-Length', String(event.payload.byteLength)])
    response.end(event.payload)
  }

  async #answer(id: string, kind: 'response' | 'error', request: IncomingMessage, response: ServerResponse): Promise<void> {
    const event = this.#event
    if (event === undefined || event.requestId !== id) {
      request.resume()
      return json(response, 400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' })
    }
    const refusal = this.#state.transition(kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse')
    if (refusal !== undefined) {
      request.resume()
      return json(response, 403, { errorMessage: refusal, errorType: 'InvalidStateTransition' })
    }
    const mode = request.headers['lambda-runtime-function-response-mode']
    if (kind === 'response' && mode !== undefined && mode !== 'streaming') {
      request.resume()
      json(response, 400, { errorMessage: 'Invalid function response mode', errorType: 'InvalidFunctionResponseMode' })
      return this.#listener.answer({ kind: 'invalidMode' })
    }
    this.#reading = true
    // The answer's receipt and the next event often go out in the same turn: one write for both wakes the runtime once.
    const { socket } = request
    socket.cork()
    setImmediate(() => socket.uncork())
    const body = await readBody(request, RESPONSE_LIMIT)
    if (this.#event !== event) return void response.destroy()
    this.#settleAnswer(kind, body, request, response)
    this.#reading = false
    const poll = this.#heldPoll
    this.#heldPoll = undefined
    if (poll !== undefined) this.#next(poll)
  }

  #settleAnswer(kind: 'response' | 'error', body: Body, request: IncomingMessage, response: ServerResponse): void {
    if (body === 'truncated') {
      if (!response.destroyed)
        json(response, 400, { errorMessage: 'HTTP request detected as truncated', errorType: 'TruncatedHTTPRequest' })
      return this.#listener.answer({ kind: 'truncated' })
    }
    if (body === 'tooLarge') {
      json(response, 413, {
        errorMessage: `Exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`,
        errorType: 'RequestEntityTooLarge',
      })
      return this.#listener.answer({ kind: 'tooLarge' })
    }
    accepted(response)
    const midstream = request.trailers['lambda-runtime-function-error-body']
    if (midstream !== undefined) {
      return this.#listener.answer({ kind: 'error', body: Buffer.from(midstream, 'base64'), contentType: 'application/json' })
    }
    this.#listener.answer({ kind, body, contentType: request.headers['content-type'] ?? 'application/json' })
  }

  async #initError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#state.transition('InitError')
    if (refusal !== undefined) {
      request.resume()
      return json(response, 403, { errorMessage: refusal, errorType: 'InvalidStateTransition' })
    }
    const body = await readBody(request, RESPONSE_LIMIT)
    accepted(response)
    const errorType = request.headers['lambda-runtime-function-error-type']
    this.#listener.initError(
      typeof body === 'string' ? Buffer.alloc(0) : body,
      Array.isArray(errorType) ? errorType[0] : errorType,
    )
  }
}

// .NET's runtime crashes on an answer without a body, so each has one, with the newline of Go's encoder.
const STATUS_OK = '{"status":"OK"}\n'

function accepted(response: ServerResponse): void {
  response.writeHead(202, ['Content-Type', 'application/json', 'Content-Length', '16'])
  response.end(STATUS_OK)
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(text))])
  response.end(text)
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(Buffer.byteLength(body))])
  response.end(body)
}
