import type { LogRecord } from '../../model/log-record.ts'
import { now } from '../../platform/clock.ts'
import { milliseconds } from '../failure/format.ts'
import type { LogWindow } from './log-window.ts'

/** A sentence on why no matching record came. */
export function whyNothingCame({ source, result, accepts }: LogWindow, matches: (record: LogRecord) => boolean): string {
  const outside = source.logs.filter(record => !accepts(record) && matches(record)).length
  if (outside > 0) {
    const [records, were, them] = outside === 1 ? ['record', 'was', 'it'] : ['records', 'were', 'them']
    return `${outside} matching ${records} ${were} logged earlier or by another instance (use since: 'launch' on the function to include ${them}).`
  }
  const instances = source.instances.filter(({ id }) => result === undefined || id === result.instance)
  if (instances.length === 0) return 'It has no instance that could still log.'
  if (instances.every(({ state }) => state === 'frozen')) {
    return `Its instance has been frozen${sinceAnswer(source.logs)}. As on AWS, unfinished work continues only with the next invocation, so await it in the handler.`
  }
  if (instances.every(({ state }) => state === 'idle')) return `It has been idle${sinceAnswer(source.logs)}.`
  return 'It is still running.'
}

/** REPORT is the last line that the platform logs for an invocation. */
function sinceAnswer(logs: readonly LogRecord[]): string {
  const report = logs.findLast(({ source }) => source === 'platform')
  return report ? ` since it answered ${milliseconds(Math.max(0, now() - report.timestamp.getTime()))} ago` : ''
}
