import { setImmediate } from '../../platform/clock.ts'
import { type Exchange, replyAccepted } from './exchange.ts'
import { type AnswerHead, PlainHeads } from './plain-heads.ts'
import type { RuntimeHttp } from './runtime-http.ts'
import type { ReceivedBody, RuntimeRequests } from './runtime-requests.ts'
import type { RuntimeSocket } from './runtime-socket.ts'

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 202: 'Accepted', 400: 'Bad Request', 403: 'Forbidden' }
const PENDING_LIMIT = 16 * 1024
/** Up to here to copy is quicker than to write in parts. */
const SMALL = 16 * 1024

/**
 * A runtime's connection. The two requests that make up a warm invocation are read here when they have their plain form, which
 * halves its time: node:http needs as long as all the rest, and can't put the receipt of an answer and the next event into one
 * write. At the first request of any other form the connection goes to node:http, for good.
 */
export class RuntimeConnection {
  readonly #socket: RuntimeSocket
  readonly #requests: RuntimeRequests
  readonly #http: RuntimeHttp
  readonly #onData = (chunk: Buffer): void => this.#data(chunk)
  readonly #onEnd = (): void => this.#ended()
  readonly #onClose = (): void => this.#closed()
  readonly #heads = new PlainHeads()
  readonly #exchangeEnd: ExchangeEnd = {
    expectAnswer: id => this.#socket.expectAnswer?.(id, RECEIPT),
    send: (exchange, parts, eventId) => {
      if (!this.#isAcknowledged) this.#send(parts)
      if (eventId !== undefined) {
        // Nothing follows an event: what is done in this turn is done while the runtime works.
        this.#flush()
        this.#heads.expectAnswer(eventId)
      }
      this.#done(exchange)
    },
  }
  #pending: Buffer = EMPTY
  /** What goes out at the end of this turn. */
  #outgoing: (string | Uint8Array)[] = []
  /** The poll or the answer that isn't done. */
  #current: PlainExchange | undefined
  /** It is an answer whose receipt the far end gives, once it has come whole. */
  #isAcknowledged = false
  #body:
    | { readonly bytes: Buffer; received: number; readonly done: (bytes: Buffer) => void; readonly truncated: () => void }
    | undefined

  constructor(socket: RuntimeSocket, requests: RuntimeRequests, http: RuntimeHttp) {
    this.#socket = socket
    this.#requests = requests
    this.#http = http
    socket.on('data', this.#onData)
    socket.on('close', this.#onClose)
    socket.on('end', this.#onEnd)
    socket.on('error', ignore)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #data(chunk: Buffer): void {
    if (this.#body !== undefined) return this.#fill(chunk)
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    // Who goes on sending while its poll waits is not read on, so that it can't fill the memory.
    if (this.#current !== undefined && this.#pending.length > PENDING_LIMIT) this.#socket.pause()
    this.#advance()
  }

  /** Reads requests until one is waited for, or more bytes are needed. */
  #advance(): void {
    while (this.#current === undefined && this.#pending.length > 0) {
      const head = this.#heads.read(this.#pending)
      if (head === undefined) return
      if (head === 'other') return this.#handOver()
      const exchange = new PlainExchange(this.#exchangeEnd)
      this.#consume(head.length)
      this.#current = exchange
      this.#isAcknowledged = head.kind === 'answer' && (this.#socket.takeReceipt?.() ?? false)
      if (head.kind === 'poll') this.#requests.next(exchange)
      else this.#receive(exchange, head)
    }
  }

  #receive(exchange: PlainExchange, { requestId, bodyLength, contentType, pageFaults }: AnswerHead): void {
    const receive = this.#requests.answer(exchange, requestId, 'response')
    const settle = (body: ReceivedBody['body']): void => receive?.({ body, contentType, pageFaults })
    if (this.#pending.length >= bodyLength) {
      const body = this.#pending.subarray(0, bodyLength)
      this.#consume(bodyLength)
      return settle(body)
    }
    // A refused answer's body is read as well, so that what follows it is understood.
    this.#body = { bytes: Buffer.allocUnsafe(bodyLength), received: 0, done: settle, truncated: () => settle('truncated') }
    const begin = this.#pending
    this.#pending = EMPTY
    this.#fill(begin)
    const { bytes, received } = this.#body
    this.#socket.receiveInto?.(bytes.subarray(received), () => this.#filled(EMPTY))
  }

  #fill(chunk: Buffer): void {
    const body = this.#body
    if (body === undefined) return
    const taken = chunk.copy(body.bytes, body.received)
    body.received += taken
    if (body.received === body.bytes.length) this.#filled(chunk.subarray(taken))
  }

  #filled(rest: Buffer): void {
    const body = this.#body
    if (body === undefined) return
    this.#body = undefined
    this.#pending = rest
    body.done(body.bytes)
    if (this.#current?.replied) this.#current = undefined
    this.#advance()
  }

  #done(exchange: PlainExchange): void {
    if (this.#current !== exchange) return
    if (this.#body === undefined) this.#current = undefined
    if (this.#socket.isPaused()) this.#socket.resume()
    // What came behind the request is read when this one's answer has been dealt with.
    if (this.#pending.length > 0) void Promise.resolve().then(() => this.#advance())
  }

  #consume(length: number): void {
    this.#pending = this.#pending.subarray(length)
  }

  /** An answer's receipt and the next event often go out in the same turn: one write for both wakes the runtime once. */
  #send(parts: readonly (string | Uint8Array)[]): void {
    if (this.#outgoing.length === 0) setImmediate(() => this.#flush())
    this.#outgoing.push(...parts)
  }

  #flush(): void {
    const parts = this.#outgoing
    this.#outgoing = []
    if (parts.length === 0 || this.#socket.destroyed) return
    const size = parts.reduce((sum, { length }) => sum + length, 0)
    if (size <= SMALL) {
      this.#socket.write(joined(parts, size))
      return
    }
    this.#socket.cork()
    for (const part of parts) this.#socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
    this.#socket.uncork()
  }

  #handOver(): void {
    this.#flush()
    const socket = this.#socket
    socket.off('data', this.#onData)
    socket.off('close', this.#onClose)
    socket.off('end', this.#onEnd)
    socket.off('error', ignore)
    socket.pause()
    socket.unshift(this.#pending)
    this.#pending = EMPTY
    this.#http.accept(socket)
    socket.resume()
  }

  /** It sends no more, and may still read what is said of a body that broke off. */
  #ended(): void {
    const body = this.#body
    if (body === undefined) return this.#closed()
    this.#body = undefined
    this.#isAcknowledged = false
    body.truncated()
    this.#flush()
    this.#socket.end()
  }

  #closed(): void {
    const body = this.#body
    this.#body = undefined
    body?.truncated()
    this.#current?.close()
    this.#current = undefined
    // Not destroyed: who only stopped sending may still read why.
    this.#flush()
    this.#socket.end()
  }
}

/** Text is one byte a character. */
function joined(parts: readonly (string | Uint8Array)[], size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  let end = 0
  for (const part of parts) {
    if (typeof part === 'string') bytes.write(part, end, 'latin1')
    else bytes.set(part, end)
    end += part.length
  }
  return bytes
}

const EMPTY = Buffer.alloc(0)
const ignore = (): void => undefined

interface ExchangeEnd {
  readonly send: (exchange: PlainExchange, parts: readonly (string | Uint8Array)[], eventId: string | undefined) => void
  readonly expectAnswer: (requestId: string) => void
}

class PlainExchange implements Exchange {
  readonly #end: ExchangeEnd
  #onClose: (() => void) | undefined
  #eventId: string | undefined
  replied = false

  constructor(end: ExchangeEnd) {
    this.#end = end
  }

  expectAnswer(requestId: string): void {
    this.#eventId = requestId
    this.#end.expectAnswer(requestId)
  }

  reply(status: number, headers: readonly string[], body: Uint8Array | string): void {
    this.replied = true
    let head = `HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n`
    for (let index = 0; index < headers.length; index += 2) head += `${headers[index]}: ${headers[index + 1]}\r\n`
    head += `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`
    this.#end.send(this, typeof body === 'string' ? [head + body] : [head, body], this.#eventId)
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  close(): void {
    this.#onClose?.()
  }
}

/** What is replied to an answer, whole. */
const RECEIPT: Buffer = receipt()

function receipt(): Buffer {
  let bytes = EMPTY
  replyAccepted(
    new PlainExchange({
      expectAnswer: ignore,
      send: (_exchange, parts) => {
        bytes = Buffer.from(parts.join(''), 'latin1')
      },
    }),
  )
  return bytes
}
