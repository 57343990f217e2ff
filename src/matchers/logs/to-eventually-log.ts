import type { LogRecord } from '../../model/log-record.ts'
import { hrnow } from '../../platform/clock.ts'
import { shortInstanceId } from '../../reaper/session.ts'
import { withoutPlatform } from '../failure/describe-failure.ts'
import { milliseconds } from '../failure/format.ts'
import { formatValue, printExpected } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { Matcher } from '../matcher-types.ts'
import { firstRecord } from './first-record.ts'
import { checkPattern, recordMatches } from './log-pattern.ts'
import { type LogWindow, takeWindow } from './log-window.ts'
import { quoteRecord } from './quote-record.ts'
import { whyNothingCame } from './why-nothing-came.ts'

const NAME = 'toEventuallyLog'
const TIMEOUT_MS = 2000
/** Shorter, because `.not` always waits this long. */
const NOT_TIMEOUT_MS = 250

export const toEventuallyLog: Matcher<typeof NAME> = async function (received, pattern, options = {}) {
  const window = takeWindow(NAME, this, received, options.since)
  checkPattern(NAME, pattern)
  const timeout = options.timeout ?? (this.isNot ? NOT_TIMEOUT_MS : TIMEOUT_MS)
  if (typeof timeout !== 'number' || !(timeout >= 0)) throw usageError(NAME, 'a timeout in ms', formatValue(timeout))
  const began = hrnow()
  const { source, result } = window
  const matches = (record: LogRecord): boolean => withoutPlatform([record]).length > 0 && recordMatches(this, record, pattern)
  const { hit, ended } = await firstRecord(source, timeout, record => window.accepts(record) && matches(record))
  const took = hrnow() - began
  return verdict(this, {
    matcher: NAME,
    args: [pattern, Object.keys(options).length === 0 ? undefined : options],
    received: source.functionName,
    subject: source.functionName,
    result,
    logs: window.records(),
    facts: result ? undefined : [`Function   ${source.functionName} (${describeInstances(window)})`],
    pass: hit !== undefined,
    explain: () => {
      const to = `log ${printExpected(this, pattern)} within ${milliseconds(timeout)}`
      if (hit) return { to, but: `it logged ${quoteRecord(this, hit)}`, marked: [hit] }
      const why = ended ? `The function ended after ${milliseconds(took)}.` : whyNothingCame(window, matches)
      return { to, but: `no record ${window.since} matched. ${why}`, marked: [] }
    },
  })
}

function describeInstances({ source }: LogWindow): string {
  return source.instances.map(({ id, state }) => `${shortInstanceId(id)} ${state}`).join(', ') || 'no instance'
}
