import type { Duplex } from 'node:stream'

/**
 * A connection whose sandbox can acknowledge an answer on its side, so that the runtime asks for its next event at once.
 * @see init/README.md, Receipts
 */
export interface ReceiptGiver {
  /** The next request may be the answer to this event, which `receipt` acknowledges. */
  expectAnswer(requestId: string, receipt: Buffer): void
  /** Returns true, once, if the sandbox acknowledges the answer that begins now. */
  takeReceipt(): boolean
}

/** A connection that can read straight into a given buffer. */
export interface BodyReader {
  /** Reads the next bytes into `bytes` instead of emitting `'data'`, and then calls `done`. Bytes that have arrived already are still emitted. */
  receiveInto(bytes: Buffer, done: () => void): void
}

/** A connection of a runtime. Some transports can do more than others. */
export type RuntimeSocket = Duplex & Partial<BodyReader & ReceiptGiver>
