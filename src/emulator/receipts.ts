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

/** A connection of a runtime, from wherever it comes. */
export type RuntimeSocket = Duplex & Partial<ReceiptGiver>
