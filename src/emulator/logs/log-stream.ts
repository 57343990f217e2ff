import type { LogRecord } from '../../model/log-record.ts'
import { now } from '../../platform/clock.ts'
import { LineSplitter } from './line-splitter.ts'
import { functionRecord, type LineContext, platformRecord } from './log-record.ts'

const TAIL_BYTES = 4096

/** The log stream of one execution environment, and the part of it that belongs to the invocation that runs. */
export class LogStream {
  readonly #instance: string
  readonly #splitter: LineSplitter
  readonly #listeners = new Set<(record: LogRecord) => void>()
  #requestId: string | undefined
  #collected: LogRecord[] | undefined
  #muted = false
  /** What came before anybody followed. */
  #backlog: LogRecord[] | undefined = []

  constructor(instance: string) {
    this.#instance = instance
    this.#splitter = new LineSplitter(({ text, level }) => {
      if (this.#muted) return
      this.#add(functionRecord(text, this.#context(), level))
    })
  }

  /** Starts collecting: from here on records are also part of what {@link takeCollected} gives. */
  collect(): void {
    this.#collected ??= []
  }

  takeCollected(): readonly LogRecord[] {
    const records = this.#collected ?? []
    this.#collected = undefined
    return records
  }

  /** The id that lines carry which name none themselves. */
  set requestId(id: string | undefined) {
    this.#requestId = id
  }

  output(chunk: Buffer): void {
    this.#splitter.write(chunk)
  }

  /** At a barrier: what is there without a newline is complete. */
  flush(): void {
    this.#splitter.flush()
  }

  /** While a runtime that has failed is ended, what it still says is a matter of chance, and left out. */
  mute(muted: boolean): void {
    if (muted) this.#splitter.flush()
    this.#muted = muted
  }

  platform(line: string): void {
    this.flush()
    this.#add(platformRecord(line, this.#context()))
  }

  onRecord(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Like {@link onRecord}, for the one who keeps the log: what came before is given first. */
  follow(listener: (record: LogRecord) => void): () => void {
    for (const record of this.#backlog ?? []) listener(record)
    this.#backlog = undefined
    return this.onRecord(listener)
  }

  #context(): LineContext {
    return { instance: this.#instance, time: now(), requestId: this.#requestId }
  }

  #add(record: LogRecord): void {
    this.#collected?.push(record)
    this.#backlog?.push(record)
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
