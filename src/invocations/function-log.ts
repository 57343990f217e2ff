import type { LogRecord } from '../model/log-record.ts'

/** Limits, so that a function that runs for hours does not fill the memory of the tests. */
const KEPT_RECORDS = 10_000
const KEPT_CHARACTERS = 16 * 1024 * 1024

/** The last 10,000 records of a function, over all its instances, and those to come. Fewer if they are long. */
export class FunctionLog {
  readonly #listeners = new Set<(record: LogRecord | undefined) => void>()
  #records: LogRecord[] = []
  #characters = 0
  #ended = false

  get records(): readonly LogRecord[] {
    return this.#records.slice(-KEPT_RECORDS)
  }

  add(record: LogRecord): void {
    this.#records.push(record)
    this.#characters += record.raw.length
    if (this.#records.length >= 2 * KEPT_RECORDS || this.#characters > 2 * KEPT_CHARACTERS) this.#forget()
    for (const listener of this.#listeners) listener(record)
  }

  /** The listener is called with each record, and with `undefined` at the end. */
  listen(listener: (record: LogRecord | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const listener of this.#listeners) listener(undefined)
    this.#listeners.clear()
  }

  /** Drops many records at once, because to move those that stay takes time. */
  #forget(): void {
    let start = Math.max(0, this.#records.length - KEPT_RECORDS)
    for (const { raw } of this.#records.slice(0, start)) this.#characters -= raw.length
    for (; this.#characters > KEPT_CHARACTERS; start++) this.#characters -= this.#records[start]!.raw.length
    this.#records = this.#records.slice(start)
  }

  /** Listens from this call on, not from the first `next()`, so that no record is missed in between. */
  follow(signal?: AbortSignal): AsyncIterableIterator<LogRecord> {
    const queue: (LogRecord | undefined)[] = this.#ended || signal?.aborted ? [undefined] : []
    let wake: (() => void) | undefined
    const push = (record: LogRecord | undefined): void => {
      queue.push(record)
      wake?.()
    }
    const stop = this.listen(push)
    const abort = (): void => push(undefined)
    signal?.addEventListener('abort', abort, { once: true })
    const close = (): IteratorResult<LogRecord> => {
      stop()
      signal?.removeEventListener('abort', abort)
      queue.length = 0
      push(undefined)
      return { done: true, value: undefined }
    }
    return {
      async next() {
        while (queue.length === 0) await new Promise<void>(resolve => (wake = resolve))
        const record = queue[0]
        if (record === undefined) return close()
        queue.shift()
        return { done: false, value: record }
      },
      async return() {
        return close()
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}
