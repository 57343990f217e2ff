/** One request of a runtime, to be answered on the connection that it came on. */
export interface Exchange {
  /** @param headers names and values in turn, without Content-Length */
  reply(status: number, headers: readonly string[], body: Uint8Array | string): void
  /** The next reply is an event. If the sandbox can, it acknowledges the answer to it on its side. */
  expectAnswer?(requestId: string): void
  /** Calls `listener` if the runtime closes the connection before it has an answer. */
  onClose(listener: () => void): void
}

// AWS's .NET runtime crashes if the body is empty. The newline is that of Go's encoder, which AWS uses.
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
