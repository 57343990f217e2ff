import type { LogRecord } from '../../model/log-record.ts'
import { now } from '../../platform/clock.ts'
import { BoundedLog } from './bounded-log.ts'
import { LineSplitter } from './line-splitter.ts'
import { functionRecord, type LineContext, platformRecord } from './log-record.ts'

const TAIL_BYTES = 4096

/** The log stream of one execution environment, and the part of it that belongs to the invocation that runs. */
export class LogStream {
  readonly #instance: string
  readonly #splitter: LineSplitter
  readonly #listeners = new Set<(record: LogRecord) => void>()
  #requestId: string | undefined
  #lastRequestId: string | undefined
  #collected: BoundedLog | undefined
  #isMuted = false
  /** What was logged before the first follower. */
  #backlog: BoundedLog | undefined = new BoundedLog()

  constructor(instance: string) {
    this.#instance = instance
    this.#splitter = new LineSplitter(line => {
      if (!this.#isMuted) this.#add(functionRecord(line, this.#context()))
    })
  }

  /** From now on {@link takeCollected} gives the records too. */
  collect(): void {
    this.#collected ??= new BoundedLog()
  }

  /** The records since {@link collect}, which ends with this call. */
  takeCollected(): readonly LogRecord[] {
    const records = this.#collected?.records() ?? []
    this.#collected = undefined
    return records
  }

  /** The invocation that runs. */
  set requestId(id: string | undefined) {
    this.#requestId = id
    if (id !== undefined) this.#lastRequestId = id
  }

  output(chunk: Buffer): void {
    this.#splitter.write(chunk)
  }

  /** Makes records of what has no end yet. Called when all that was written has arrived. */
  flush(): void {
    this.#splitter.flush()
  }

  /** Drops the function's lines from now on, or takes them again. */
  mute(isMuted: boolean): void {
    if (isMuted) this.#splitter.flush()
    this.#isMuted = isMuted
  }

  platform(line: string): void {
    this.flush()
    this.#add(platformRecord(line, this.#context()))
  }

  onRecord(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Like {@link onRecord}, but the first follower gets the earlier records as well. */
  follow(listener: (record: LogRecord) => void): () => void {
    for (const record of this.#backlog?.records() ?? []) listener(record)
    this.#backlog = undefined
    return this.onRecord(listener)
  }

  #context(): LineContext {
    return { instance: this.#instance, time: now(), requestId: this.#requestId, lastRequestId: this.#lastRequestId }
  }

  #add(record: LogRecord): void {
    this.#collected?.add(record)
    this.#backlog?.add(record)
    for (const listener of this.#listeners) listener(record)
  }
}

/** The last 4,096 bytes of a log, as `X-Amz-Log-Result` has them. @see contract 2.2 */
export function logTail(records: readonly LogRecord[]): string {
  let text = ''
  let bytes = 0
  for (let index = records.length - 1; index >= 0 && bytes < TAIL_BYTES; index--) {
    const line = `${records[index]!.raw}\n`
    text = line + text
    bytes += Buffer.byteLength(line)
  }
  return bytes <= TAIL_BYTES ? text : Buffer.from(text).subarray(-TAIL_BYTES).toString()
}
