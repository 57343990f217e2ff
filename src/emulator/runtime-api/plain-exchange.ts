import { type Exchange, replyAccepted } from './exchange.ts'

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 202: 'Accepted', 400: 'Bad Request', 403: 'Forbidden' }

/** The connection's side of an exchange. */
export interface ExchangeEnd {
  /** @param eventId set if the reply is an event */
  readonly send: (exchange: PlainExchange, parts: readonly (string | Uint8Array)[], eventId: string | undefined) => void
  readonly expectAnswer: (requestId: string) => void
}

/** A request that a runtime’s connection reads itself. */
export class PlainExchange implements Exchange {
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

/** The bytes of the reply to an answer. */
export const RECEIPT: Buffer = receipt()

function receipt(): Buffer {
  let bytes: Buffer = Buffer.alloc(0)
  replyAccepted(
    new PlainExchange({
      expectAnswer: () => undefined,
      send: (_exchange, parts) => {
        bytes = Buffer.from(parts.join(''), 'latin1')
      },
    }),
  )
  return bytes
}
