import type { Duplex } from 'node:stream'

/**
 * A connection at whose far end an answer can be acknowledged, so that the runtime asks for its next event at once.
 * @see init/README.md, Receipts
 */
export interface ReceiptGiver {
  /** The next request on it may be the answer to this event; `receipt` is what acknowledges it. */
  expectAnswer(requestId: string, receipt: Buffer): void
  /** True, once, if the answer that begins now is acknowledged there. */
  takeReceipt(): boolean
}

/** A connection that can put what comes where it is wanted, with no buffer of its own in between. */
export interface BodyReader {
  /** The next bytes fill `bytes` instead of being `'data'`; then `done` is called. Where some wait to be read already, all stay `'data'`. */
  receiveInto(bytes: Buffer, done: () => void): void
}

/** A connection of a runtime, from wherever it comes, and what some of them can besides. */
export type RuntimeSocket = Duplex & Partial<BodyReader & ReceiptGiver>
