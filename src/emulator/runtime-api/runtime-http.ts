import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { RESPONSE_LIMIT } from '../../model/payload-limits.ts'
import { type Exchange, replyJson, replyText } from './exchange.ts'
import { readBody } from './request-body.ts'
import type { AnswerKind, RuntimeRequests } from './runtime-requests.ts'

/** The Runtime API's routes over node:http, which understands every form of a request. @see contract 1.1 */
export class RuntimeHttp {
  readonly #requests: RuntimeRequests
  #server: Server | undefined

  constructor(requests: RuntimeRequests) {
    this.#requests = requests
  }

  /** Serves this connection from now on. */
  accept(socket: Duplex): void {
    this.#server ??= createRuntimeServer(this.#requests)
    this.#server.emit('connection', socket)
  }

  closeConnections(): void {
    this.#server?.closeAllConnections()
  }
}

function createRuntimeServer(requests: RuntimeRequests): Server {
  // Not imported, because few functions need it, and to import it as an ES module also loads Node's WebSocket, which takes 30 ms.
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer(
    // A runtime that is frozen, or waits for its next event for hours, must never lose its connection.
    {
      keepAliveTimeout: 0,
      headersTimeout: 0,
      requestTimeout: 0,
      connectionsCheckingInterval: 2 ** 31 - 1,
      maxHeaderSize: 1 << 20,
      noDelay: true,
    },
    (request, response) => route(requests, request, response),
  )
  server.timeout = 0
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end(BAD_REQUEST)
    else socket.destroy()
  })
  return server
}

const BAD_REQUEST =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request'

function route(requests: RuntimeRequests, request: IncomingMessage, response: ServerResponse): void {
  const exchange = new HttpExchange(response)
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const only = (method: string, handle: () => void): void => {
    if (request.method === method) return handle()
    exchange.reply(405, [], '')
  }
  if (path === '/2018-06-01/runtime/invocation/next') return only('GET', () => requests.next(exchange))
  const answer = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path)
  if (answer !== null) {
    const [, id = '', kind] = answer
    return only('POST', () => void receiveAnswer(requests, exchange, request, id, kind as AnswerKind))
  }
  if (path === '/2018-06-01/runtime/init/error') return only('POST', () => void receiveInitError(requests, exchange, request))
  if (path === '/2018-06-01/ping') return only('GET', () => replyText(exchange, 200, 'pong'))
  const telemetry = { '/2022-07-01/telemetry': 'Telemetry', '/2020-08-15/logs': 'Logs' }[path]
  if (telemetry === undefined) return replyText(exchange, 404, '404 page not found\n')
  const unsupported = { errorMessage: `${telemetry} API is not supported`, errorType: `${telemetry}.NotSupported` }
  only('PUT', () => replyJson(exchange, 202, unsupported))
}

async function receiveAnswer(
  requests: RuntimeRequests,
  exchange: Exchange,
  request: IncomingMessage,
  id: string,
  kind: AnswerKind,
): Promise<void> {
  const mode = request.headers['lambda-runtime-function-response-mode']
  const receive = requests.answer(exchange, id, kind, Array.isArray(mode) ? mode[0] : mode)
  if (receive === undefined) return
  const body = await readBody(request, RESPONSE_LIMIT)
  const midstreamError = request.trailers['lambda-runtime-function-error-body']
  receive({ body, contentType: request.headers['content-type'], midstreamError })
}

async function receiveInitError(requests: RuntimeRequests, exchange: Exchange, request: IncomingMessage): Promise<void> {
  const receive = requests.initError(exchange)
  if (receive === undefined) return
  const body = await readBody(request, RESPONSE_LIMIT)
  const errorType = request.headers['lambda-runtime-function-error-type']
  receive(body, Array.isArray(errorType) ? errorType[0] : errorType)
}

class HttpExchange implements Exchange {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    this.#response = response
  }

  reply(status: number, headers: readonly string[], body: Uint8Array | string): void {
    const response = this.#response
    if (response.destroyed) return
    // Reads the rest of the request, because the runtime reads no answer before it has sent everything.
    response.req.resume()
    response.sendDate = false
    response.writeHead(status, [...headers, 'Content-Length', String(Buffer.byteLength(body))])
    response.end(body)
  }

  onClose(listener: () => void): void {
    this.#response.on('close', listener)
  }
}
