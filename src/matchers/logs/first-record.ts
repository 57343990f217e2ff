import type { LogRecord } from '../../model/log-record.ts'
import type { LogSource } from '../../model/log-source.ts'
import { clearTimeout, setTimeout } from '../../platform/clock.ts'

export interface FirstRecord {
  readonly hit?: LogRecord
  /** The log came to its end before the time was over: the function ended. */
  readonly ended: boolean
}

/** The first record that is accepted, of those there already and those to come, for at most `timeout` ms. Event-driven. */
export async function firstRecord(
  source: LogSource,
  timeout: number,
  accepts: (record: LogRecord) => boolean,
): Promise<FirstRecord> {
  const over = new AbortController()
  const stream = source.followLogs({ signal: over.signal })[Symbol.asyncIterator]()
  // Asked for before looking back, so that no record can come between the two unseen.
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
      if (step === undefined) return { hit: source.logs.find(accepts), ended: false }
      if (step.done) return { hit: source.logs.find(accepts), ended: true }
      if (accepts(step.value)) return { hit: step.value, ended: false }
      next = stream.next()
    }
  } finally {
    clearTimeout(timer)
    // The abort may end the open read by a rejection, which is nobody's error any more.
    next.catch(() => {})
    over.abort()
    stream.return?.()?.catch(() => {})
  }
}
