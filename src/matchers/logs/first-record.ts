import type { LogRecord } from '../../model/log-record.ts'
import type { LogSource } from '../../model/log-source.ts'
import { clearTimeout, setTimeout } from '../../platform/clock.ts'

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
  let timer: ReturnType<typeof setTimeout> | undefined
  const timedOut = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, timeout, undefined)
  })
  try {
    if (past) return { hit: past, ended: false }
    while (true) {
      const step = await Promise.race([next, timedOut])
      if (step === undefined || step.done) return { hit: source.logs.find(accepts), ended: step !== undefined }
      if (accepts(step.value)) return { hit: step.value, ended: false }
      next = stream.next()
    }
  } finally {
    clearTimeout(timer)
    // The abort may reject the read that is still open.
    next.catch(() => {})
    over.abort()
    stream.return?.()?.catch(() => {})
  }
}
