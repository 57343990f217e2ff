/** One request of a runtime, and the way to answer it, over whichever connection it came. */
export interface Exchange {
  /** @param headers flat list of names and values, without Content-Length */
  reply(status: number, headers: readonly string[], body: Uint8Array | string): void
  /** The next reply is an event, whose answer may be acknowledged where the runtime is. */
  expectAnswer?(requestId: string): void
  /** The runtime hung up before it had an answer. */
  onClose(listener: () => void): void
}

// .NET's runtime crashes on an answer without a body, so each has one, with the newline of Go's encoder.
const STATUS_OK = '{"status":"OK"}\n'
const JSON_TYPE = ['Content-Type', 'application/json']
const TEXT_TYPE = ['Content-Type', 'text/plain; charset=utf-8']

export function replyAccepted(exchange: Exchange): void {
  exchange.reply(202, JSON_TYPE, STATUS_OK)
}

export function replyJson(exchange: Exchange, status: number, body: unknown): void {
  exchange.reply(status, JSON_TYPE, `${JSON.stringify(body)}\n`)
}

export function replyText(exchange: Exchange, status: number, body: string): void {
  exchange.reply(status, TEXT_TYPE, body)
}
