import type { LogRecord } from '../../model/log-record.ts'
import { hrnow } from '../../platform/clock.ts'
import { expectedText, milliseconds, shortId } from '../failure/format.ts'
import { inline } from '../failure/inline.ts'
import { ownRecords } from '../failure/outcome.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { EventuallyLogOptions } from '../result-matchers.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { firstRecord } from './first-record.ts'
import { checkPattern, type LogPattern, recordMatches } from './log-pattern.ts'
import { type LogWindow, takeWindow } from './log-window.ts'
import { whyNothingCame } from './why-nothing-came.ts'

/** Ms. A `.not` waits all of it each time, so it is short. */
const TIMEOUT = 2000
const NOT_TIMEOUT = 250

export async function toEventuallyLog(
  this: MatcherState,
  received: unknown,
  pattern: LogPattern,
  options: EventuallyLogOptions = {},
): Promise<MatcherResult> {
  const matcher = 'toEventuallyLog'
  const window = takeWindow(matcher, this, received, options.since)
  checkPattern(matcher, pattern)
  const timeout = options.timeout ?? (this.isNot ? NOT_TIMEOUT : TIMEOUT)
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw usageError(matcher, `takes a timeout in ms, but received ${inline(timeout)}`)
  const began = hrnow()
  const matches = (record: LogRecord): boolean => ownRecords([record]).length > 0 && recordMatches(this, record, pattern)
  const outcome = await firstRecord(window.source, timeout, record => window.accepts(record) && matches(record))
  const took = hrnow() - began
  const { hit } = outcome
  return verdict(this, {
    matcher,
    args: [pattern, Object.keys(options).length === 0 ? undefined : options],
    received: window.source.functionName,
    ...(window.result && { result: window.result }),
    logs: window.records(),
    facts: window.result ? undefined : [`Function   ${window.source.functionName} (${instances(window)})`],
    pass: hit !== undefined,
    explain: () => {
      const name = window.source.functionName
      const what = expectedText(this, pattern)
      if (hit) {
        return {
          sentence: `Expected ${name} not to log ${what} within ${milliseconds(timeout)}, ${window.since}, but it did`,
          marked: [hit],
        }
      }
      const why = outcome.ended ? `the function ended after ${milliseconds(took)}` : whyNothingCame(window, matches)
      return { sentence: `Expected ${name} to log ${what} within ${milliseconds(timeout)}, ${window.since}. ${capital(why)}` }
    },
  })
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function instances({ source }: LogWindow): string {
  return source.instances.map(({ id, state }) => `${shortId(id)} ${state}`).join(', ') || 'no live instance'
}
