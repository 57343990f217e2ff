import type { LogRecord } from '../../model/log-record.ts'
import type { LogSource } from '../../model/log-source.ts'
import { within } from '../../platform/clock.ts'

export interface FirstRecord {
  readonly hit?: LogRecord | undefined
  /** The function ended before the timeout. */
  readonly ended: boolean
}

/** Waits up to `timeout` ms for the first record that is accepted. Past records count, too. */
export async function firstRecord(
  source: LogSource,
  timeout: number,
  accepts: (record: LogRecord) => boolean,
): Promise<FirstRecord> {
  const over = new AbortController()
  const stream = source.followLogs({ signal: over.signal })[Symbol.asyncIterator]()
  // Read before the past records are searched, so that no record is missed in between.
  let next = stream.next()
  const past = source.logs.find(accepts)
  const search = async (): Promise<FirstRecord> => {
    for (;;) {
      const step = await next
      if (step.done) return { hit: source.logs.find(accepts), ended: true }
      if (accepts(step.value)) return { hit: step.value, ended: false }
      next = stream.next()
    }
  }
  try {
    if (past) return { hit: past, ended: false }
    return await within(timeout, search(), () => ({ hit: source.logs.find(accepts), ended: false }))
  } finally {
    // The abort may reject the read that is still open.
    next.catch(() => {})
    over.abort()
    stream.return?.()?.catch(() => {})
  }
}
