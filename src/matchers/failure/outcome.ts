import type { LogRecord } from '../../model/log-record.ts'
import type { InvokeFailure, InvokeResult } from '../../model/result.ts'
import { brief, seconds } from './format.ts'

/** How an invocation failed, to go on from "but it": what happened, and what helps. */
export function failureOutcome(result: InvokeFailure): string {
  const { error, report } = result
  const what = `${error.errorType ? `${error.errorType}: ` : ''}${error.errorMessage}`
  switch (error.reason) {
    case 'timeout':
      return timeoutOutcome(result)
    case 'exit':
      return `ended its runtime before it answered: ${what}`
    case 'init':
      return `failed while its module was loaded, before the handler ran: ${what}`
    case 'outOfMemory':
      return `ran out of its ${report.memorySizeMb} MB: ${what}. Raise memorySize (MB), or look at what it keeps.`
    case 'responseTooLarge':
      return `answered with more than Lambda takes: ${what}`
    default:
      return `failed with ${what}`
  }
}

/** The lines of the log that tell of it. */
export function failureLines(result: InvokeResult): LogRecord[] {
  if (result.ok) return []
  const own = ownRecords(result.logs)
  const line =
    result.error.reason === 'timeout' ? own.at(-1) : own.findLast(record => record.message.includes(result.error.errorMessage))
  return line ? [line] : []
}

/** All but the platform's. */
export function ownRecords(records: readonly LogRecord[]): LogRecord[] {
  return records.filter(record => record.source !== 'platform')
}

function timeoutOutcome(result: InvokeFailure): string {
  const after = /timed out after ([\d.]+) seconds/.exec(result.error.errorMessage)?.[1]
  const ms = after === undefined ? result.report.durationMs : Number(after) * 1000
  return `timed out after ${seconds(ms)} (its timeout). ${lastWords(result)} Raise timeout (seconds), or look at what ${
    ownRecords(result.logs).length === 0 ? 'it' : 'that call'
  } waits for.`
}

function lastWords({ logs }: InvokeFailure): string {
  const last = ownRecords(logs).at(-1)
  if (!last) return 'It logged nothing.'
  const end = logs.findLast(record => record.source === 'platform')
  const before = end ? Math.max(0, end.timestamp.getTime() - last.timestamp.getTime()) : undefined
  const text = brief(`${last.level ? `${last.level} ` : ''}${last.message.trimEnd()}`, 120)
  return `It logged last${before === undefined ? '' : `, ${seconds(before)} before`}: ${JSON.stringify(text)}.`
}
