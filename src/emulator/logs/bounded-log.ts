import type { LogRecord } from '../../model/log-record.ts'

interface Segment {
  readonly records: LogRecord[]
  bytes: number
}

const SEGMENT_BYTES = 1024 * 1024
/** So many segments of the beginning, of the end, and of the records with a level in between are kept. */
const KEPT = 8
/** What a record takes besides its text, so that many short lines count as well. */
const RECORD_BYTES = 200

/**
 * The records of one invocation. If they are too many, the first and the last are kept, and of those between as many as possible that
 * have a level: what a program prints in a flood does not hide what the function logs. A record tells how many are missing.
 */
export class BoundedLog {
  #last: Segment = { records: [], bytes: 0 }
  /** Whole segments are dropped, because to move each record would take time at every new one. */
  readonly #segments: Segment[] = [this.#last]
  readonly #between: Segment = { records: [], bytes: 0 }
  #missing = 0
  #missingBytes = 0

  add(record: LogRecord): void {
    const bytes = sizeOf(record)
    if (this.#last.bytes + bytes > SEGMENT_BYTES) this.#extend()
    this.#last.records.push(record)
    this.#last.bytes += bytes
  }

  records(): readonly LogRecord[] {
    const [first, ...others] = this.#segments.map(({ records }) => records)
    if (others.length === 0) return first!
    const between = this.#missing === 0 ? [] : [this.#notice(others[KEPT - 1]![0]!), ...this.#between.records]
    return [first!, ...others.slice(0, KEPT - 1), between, ...others.slice(KEPT - 1)].flat()
  }

  #extend(): void {
    this.#last = { records: [], bytes: 0 }
    this.#segments.push(this.#last)
    if (this.#segments.length > 2 * KEPT + 1) for (const record of this.#segments.splice(KEPT, 1)[0]!.records) this.#drop(record)
  }

  #drop(record: LogRecord): void {
    const bytes = sizeOf(record)
    if (record.level !== undefined && this.#between.bytes + bytes <= KEPT * SEGMENT_BYTES) {
      this.#between.records.push(record)
      this.#between.bytes += bytes
    } else {
      this.#missing++
      this.#missingBytes += record.raw.length + 1
    }
  }

  #notice({ timestamp, instance, requestId }: LogRecord): LogRecord {
    const megabytes = Math.ceil(this.#missingBytes / 1_000_000)
    const raw = `[lambda-fixtures: ${this.#missing} of the following lines (${megabytes} MB) are missing, because a result keeps only the beginning and the end of a very long log]`
    return { timestamp, source: 'platform', instance, ...(requestId && { requestId }), message: raw, raw }
  }
}

const sizeOf = ({ raw }: LogRecord): number => raw.length + RECORD_BYTES
