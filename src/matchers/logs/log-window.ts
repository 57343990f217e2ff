import { originOf } from '../../invocations/origin.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { isLambdaHandle, type LogSource } from '../../model/log-source.ts'
import { type InvokeResult, isInvokeResult } from '../../model/result.ts'
import { formatValue } from '../failure/format-value.ts'
import { describeReceived } from '../failure/received-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { EventuallyLogOptions } from '../matcher-types.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { testStart } from './test-start.ts'

/** The part of a function's log that `toEventuallyLog` searches. */
export interface LogWindow {
  readonly source: LogSource
  readonly result?: InvokeResult
  /** In words, such as `since this test began`. */
  readonly since: string
  accepts(record: LogRecord): boolean
  /** The records in it so far. */
  records(): LogRecord[]
}

/** For a function all records since the test began, for a result those of its instance since the invocation began. */
export function takeWindow(
  matcher: string,
  state: MatcherState,
  received: unknown,
  since: EventuallyLogOptions['since'],
): LogWindow {
  if (isLambdaHandle(received)) return windowOf(received, startOf(matcher, since ?? 'test', testStart(state)))
  if (!isInvokeResult(received))
    throw usageError(matcher, 'a function or the result of an invocation', describeReceived(received))
  const source = originOf(received)?.source
  if (!source) throw usageError(matcher, 'a result of .invoke(…)', 'one that was made in another way and has no log to follow')
  const start = since === undefined ? invocationStart(received, source) : startOf(matcher, since, testStart(state))
  const accepts = (record: LogRecord): boolean => record.instance === received.instance && start.accepts(record)
  return { ...windowOf(source, { ...start, accepts }), result: received }
}

type Start = Pick<LogWindow, 'since' | 'accepts'>

function windowOf(source: LogSource, start: Start): LogWindow {
  return { source, ...start, records: () => source.logs.filter(start.accepts) }
}

function startOf(matcher: string, since: unknown, testStart: number | undefined): Start {
  const from = (ms: number, words: string): Start => ({ since: words, accepts: record => record.timestamp.getTime() >= ms })
  if (since === 'test' && testStart !== undefined) return from(testStart, 'since this test began')
  // Outside a test, as in beforeAll or in a script, all records count.
  if (since === 'launch' || since === 'test') return { since: 'since its launch', accepts: () => true }
  if (Object.prototype.toString.call(since) === '[object Date]')
    return from((since as Date).getTime(), `since ${(since as Date).toISOString()}`)
  throw usageError(matcher, "since: 'test', 'launch' or a Date", formatValue(since))
}

/** Goes by the position in the log, because two invocations may share a millisecond. */
function invocationStart({ requestId }: InvokeResult, { logs }: LogSource): Start {
  const first = logs.findIndex(record => record.requestId === requestId)
  const before = new Set(first === -1 ? logs : logs.slice(0, first))
  return { since: 'since that invocation began', accepts: record => !before.has(record) }
}
