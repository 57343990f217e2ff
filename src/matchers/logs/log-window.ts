import { originOf } from '../../invocations/origin.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { isLambdaHandle, type LogSource } from '../../model/log-source.ts'
import { type InvokeResult, isInvokeResult } from '../../model/result.ts'
import { inline } from '../failure/inline.ts'
import { explain } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import type { EventuallyLogOptions } from '../result-matchers.ts'
import type { MatcherState } from '../runners/matcher-state.ts'
import { testStart } from './test-start.ts'

/** Which records of a function's log `toEventuallyLog` looks at. */
export interface LogWindow {
  readonly source: LogSource
  readonly result?: InvokeResult
  /** In words, such as `since this test began`. */
  readonly since: string
  accepts(record: LogRecord): boolean
  /** Those there now. */
  records(): LogRecord[]
}

/** A function: since the test began. A result: its instance, since the invocation began. */
export function takeWindow(
  matcher: string,
  state: MatcherState,
  received: unknown,
  since: EventuallyLogOptions['since'],
): LogWindow {
  if (isLambdaHandle(received)) return windowOf(received, sinceOf(matcher, since ?? 'test', testStart(state)))
  if (!isInvokeResult(received))
    throw usageError(matcher, `takes a function or the result of an invocation, but received ${explain(received)}`)
  const source = originOf(received)?.source
  if (!source)
    throw usageError(matcher, 'takes a result that .invoke(…) gave: this one was made in another way and has no log to follow')
  const start = since === undefined ? invocationStart(received, source) : sinceOf(matcher, since, testStart(state))
  const ofInstance = (record: LogRecord): boolean => record.instance === received.instance && start.accepts(record)
  return { ...windowOf(source, { ...start, accepts: ofInstance }), result: received }
}

type Since = Pick<LogWindow, 'since' | 'accepts'>

function windowOf(source: LogSource, since: Since): LogWindow {
  return { source, ...since, records: () => source.logs.filter(since.accepts) }
}

function sinceOf(matcher: string, since: unknown, testStart: number | undefined): Since {
  const from = (ms: number, words: string): Since => ({ since: words, accepts: record => record.timestamp.getTime() >= ms })
  if (since === 'test' && testStart !== undefined) return from(testStart, 'since this test began')
  // Outside of a test, as in beforeAll or a plain script, everything counts.
  if (since === 'launch' || since === 'test') return { since: 'since its launch', accepts: () => true }
  if (Object.prototype.toString.call(since) === '[object Date]')
    return from((since as Date).getTime(), `since ${(since as Date).toISOString()}`)
  throw usageError(matcher, `takes since: 'test', 'launch' or a Date, but received ${inline(since)}`)
}

/** By position in the log, because two invocations may share a millisecond. */
function invocationStart({ requestId }: InvokeResult, { logs }: LogSource): Since {
  const first = logs.findIndex(record => record.requestId === requestId)
  const before = new Set(first === -1 ? logs : logs.slice(0, first))
  return { since: 'since that invocation began', accepts: record => !before.has(record) }
}
