import { truncateMasked } from '../../errors/secrets.ts'
import { readableRecord } from '../../invocations/readable-record.ts'
import type { LogRecord } from '../../model/log-record.ts'
import type { Report } from '../../model/report.ts'
import type { InvokeFailure, InvokeResult, RemoteError } from '../../model/result.ts'
import { seconds } from './format.ts'

/** How an invocation failed and what to do about it, to follow the word "it". */
export function describeFailure(result: InvokeFailure): string {
  const { error, report } = result
  const what = `${error.errorType ? `${error.errorType}: ` : ''}${error.errorMessage}`
  switch (error.reason) {
    case 'timeout':
      return describeTimeout(result)
    case 'exit':
      return `exited before the handler returned: ${what}`
    case 'init':
      return `failed while its code was loaded, before the handler ran: ${what}`
    case 'outOfMemory':
      return `failed with ${what}. ${describeMemory(report)} Raise memorySize (MB), or find out what it keeps in memory.`
    case 'responseTooLarge':
      return `returned more than Lambda allows: ${what}`
    default:
      return `failed with ${what}${describeUnwritable(error)}`
  }
}

/** The record that tells of the failure, if there is one. */
export function failureRecords(result: InvokeResult): LogRecord[] {
  if (result.ok) return []
  const { reason, errorMessage } = result.error
  const own = withoutPlatform(result.logs)
  const record = reason === 'timeout' ? own.at(-1) : own.findLast(({ message }) => message.includes(errorMessage))
  return record ? [record] : []
}

export function withoutPlatform(records: readonly LogRecord[]): LogRecord[] {
  return records.filter(({ source }) => source !== 'platform')
}

const UNWRITABLE = /^\s*at (response\b.* \(.*\))$/

/** AWS's message does not say which part of a response has no JSON form. Our Node runtime says it in the first line of the stack. */
function describeUnwritable({ errorMessage, stackTrace: [first = ''] }: RemoteError): string {
  if (errorMessage !== 'Unable to stringify response body') return ''
  const culprit = UNWRITABLE.exec(first)?.[1]
  return `: ${culprit ?? 'it contains a BigInt, a circular reference or another value without a JSON form'}`
}

/** The frames of the function that failed. */
export function framesOf({ error }: InvokeFailure): string[] {
  return error.stackTrace.filter(frame => !UNWRITABLE.test(frame)).map(frame => frame.trim())
}

function describeMemory({ memorySizeMb, maxMemoryUsedMb }: Report): string {
  const peak = maxMemoryUsedMb === undefined ? '' : `, its peak was ${maxMemoryUsedMb} MB`
  return `It ran out of memory: memorySize is ${memorySizeMb} MB${peak}.`
}

function describeTimeout({ error, report, logs }: InvokeFailure): string {
  const after = /timed out after ([\d.]+) seconds/.exec(error.errorMessage)?.[1]
  const timedOut = `timed out after ${seconds(after === undefined ? report.durationMs : Number(after) * 1000)}.`
  const last = withoutPlatform(logs).at(-1)
  if (!last) return `${timedOut} It logged nothing. Raise timeout (seconds), or find out what it waits for.`
  const end = logs.findLast(({ source }) => source === 'platform')
  const before = end && `, ${seconds(Math.max(0, end.timestamp.getTime() - last.timestamp.getTime()))} before the timeout,`
  const text = truncateMasked(readableRecord(last), 120)
  return `${timedOut} The last line of its log${before ?? ''} is ${JSON.stringify(text)}. Raise timeout (seconds), or find out what that call waits for.`
}
