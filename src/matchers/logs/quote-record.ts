import { readableRecord } from '../../invocations/readable-record.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { printReceived } from '../failure/format-value.ts'
import type { MatcherState } from '../runners/matcher-state.ts'

/** The text of a record in one line, to be part of a sentence. */
export function quoteRecord(state: MatcherState, record: LogRecord): string {
  return printReceived(state, readableRecord(record), 120)
}
