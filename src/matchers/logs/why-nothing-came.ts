import type { LogRecord } from '../../model/log-record.ts'
import { now } from '../../platform/clock.ts'
import { count, milliseconds } from '../failure/format.ts'
import type { LogWindow } from './log-window.ts'

/** Why a record that was waited for may not have come, to go on as a sentence. */
export function whyNothingCame(window: LogWindow, matches: (record: LogRecord) => boolean): string {
  const { source, result } = window
  const earlier = source.logs.filter(record => !window.accepts(record) && matches(record)).length
  if (earlier > 0)
    return `${count(earlier, 'matching record')} came before that or from another instance: since: 'launch' on the function includes ${earlier === 1 ? 'it' : 'them'}.`
  const instances = source.instances.filter(({ id }) => result === undefined || id === result.instance)
  if (instances.length === 0) return 'It has no live instance that could log.'
  if (instances.every(({ state }) => state === 'frozen')) {
    return `Its instance has been frozen${sinceAnswer(window)}: as on AWS, work left running goes on only with the next invocation. Await it in the handler.`
  }
  if (instances.every(({ state }) => state === 'idle')) return `It has been idle${sinceAnswer(window)}.`
  return 'It is still running.'
}

/** REPORT is the last that the platform says of an invocation. */
function sinceAnswer({ source }: LogWindow): string {
  const report = source.logs.findLast(record => record.source === 'platform')
  return report ? ` since it answered ${milliseconds(Math.max(0, now() - report.timestamp.getTime()))} ago` : ''
}
