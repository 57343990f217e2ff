import { setImmediate } from '../../platform/clock.ts'
import { type ExchangeEnd, PlainExchange, RECEIPT } from './plain-exchange.ts'
import { type AnswerHead, PlainHeads } from './plain-heads.ts'
import type { RuntimeHttp } from './runtime-http.ts'
import type { ReceivedBody, RuntimeRequests } from './runtime-requests.ts'
import type { RuntimeSocket } from './runtime-socket.ts'

const PENDING_LIMIT = 16 * 1024
/** Up to this size, copying the parts together is quicker than writing each. */
const SMALL = 16 * 1024

/**
 * A runtime's connection. It reads the two requests of a warm invocation itself, if they have their plain form, which halves the
 * time of the invocation: node:http takes as long as everything else together, and can't send the receipt of an answer and the next
 * event in one write. The first request of any other form hands the connection over to node:http for good.
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
        // Nothing follows an event in this turn, and the sooner it is sent, the sooner the runtime works.
        this.#flush()
        this.#heads.expectAnswer(eventId)
      }
      this.#done(exchange)
    },
  }
  #pending: Buffer = EMPTY
  /** To be written at the end of this turn. */
  #outgoing: (string | Uint8Array)[] = []
  /** The request that has not been answered yet. */
  #current: PlainExchange | undefined
  /** The current request is an answer that the sandbox acknowledges on its side. */
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
    // A runtime that goes on sending while its poll waits must not fill the memory.
    if (this.#current !== undefined && this.#pending.length > PENDING_LIMIT) this.#socket.pause()
    this.#advance()
  }

  /** Reads requests until one has to wait for its reply, or more bytes are needed. */
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
    // The body of a refused answer is read as well, because the next request follows it.
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
    // The next request is read after this one's reply has been handled.
    if (this.#pending.length > 0) void Promise.resolve().then(() => this.#advance())
  }

  #consume(length: number): void {
    this.#pending = this.#pending.subarray(length)
  }

  /** The receipt of an answer and the next event are often sent in the same turn. One write for both wakes the runtime only once. */
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

  /** The runtime sends no more, but may still read the reply to a body that broke off. */
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
    // Not destroyed, because a runtime that only stopped sending may still read the reply.
    this.#flush()
    this.#socket.end()
  }
}

/** Each character of a text part is one byte. */
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
