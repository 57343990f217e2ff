import { originOf } from '../../invocations/origin.ts'
import { FunctionError } from '../../model/function-error.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { isLambdaHandle } from '../../model/log-source.ts'
import { type InvokeResult, isInvokeResult } from '../../model/result.ts'
import { usageError } from './usage-error.ts'

/** @throws RuntimeError `MATCHER_MISUSED` if the matcher was not given the result of an invocation */
export function takeResult(matcher: string, received: unknown): InvokeResult {
  if (isInvokeResult(received)) return received
  throw usageError(matcher, 'the result of an invocation', describeReceived(received))
}

/** Describes what is not a result, and says what to write instead. */
export function describeReceived(received: unknown): string {
  const name = originOf(received)?.source.functionName ?? 'orders'
  if (received === undefined) return 'undefined: does the awaited call return the result of .invoke(…)?'
  if (isLambdaHandle(received)) {
    return `the function ${received.functionName} itself: invoke it, as in await ${received.functionName}.invoke(…)`
  }
  if (typeof received === 'function') return 'a function: call it and await what it returns'
  if (hasMethod(received, 'then')) return `a Promise: did you forget "await" before ${name}.invoke(…)?`
  if (hasMethod(received, 'settled')) {
    return 'an asynchronous invocation, which has no result yet: use await (await orders.invokeAsync(…)).settled()'
  }
  if (hasMethod(received, Symbol.asyncIterator)) return 'a stream: its result is await stream.result'
  if (received instanceof FunctionError)
    return 'a FunctionError: its result is error.result, or use .invoke(…), which does not throw'
  if (typeof Response !== 'undefined' && received instanceof Response)
    return 'a Response of .fetch(…): use .invoke(…) for a result'
  return `the payload itself: use ${name}.invoke(…) instead of ${name}(…)`
}

function hasMethod(value: unknown, name: PropertyKey): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<PropertyKey, unknown>)[name] === 'function'
}

/** The records that a matcher of logs searches, and how its failure text names them. */
export interface ReceivedLog {
  readonly records: readonly LogRecord[]
  /** Unless an array of records was given. */
  readonly result?: InvokeResult
  /** For the hint line. */
  readonly received: 'result' | 'records'
  readonly subject: string
  /** What the subject is expected to do. */
  readonly verb: 'log' | 'contain'
}

/** @throws RuntimeError `MATCHER_MISUSED` if the matcher was given neither a result nor an array of records */
export function takeLog(matcher: string, received: unknown): ReceivedLog {
  if (isInvokeResult(received)) {
    return { records: received.logs, result: received, received: 'result', subject: received.functionName, verb: 'log' }
  }
  if (Array.isArray(received) && received.every(isLogRecord)) {
    return { records: received, received: 'records', subject: 'the log', verb: 'contain' }
  }
  const needs = 'the result of an invocation or an array of log records'
  if (!isLambdaHandle(received)) {
    throw usageError(matcher, needs, Array.isArray(received) ? 'an array of something else' : describeReceived(received))
  }
  const name = received.functionName
  const instead = `use expect(await ${name}.invoke(…)) for one invocation, expect(${name}.logs) for all so far, or await expect(${name}).toEventuallyLog(…)`
  throw usageError(matcher, needs, `the function ${name}: ${instead}`)
}

function isLogRecord(value: unknown): value is LogRecord {
  return typeof value === 'object' && value !== null && 'message' in value && 'source' in value && 'instance' in value
}
