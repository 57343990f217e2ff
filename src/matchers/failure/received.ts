import { originOf } from '../../invocations/origin.ts'
import { FunctionError } from '../../model/function-error.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { isLambdaHandle } from '../../model/log-source.ts'
import { type InvokeResult, isInvokeResult } from '../../model/result.ts'
import { usageError } from './usage-error.ts'

/** The result that a matcher was given; anything else is explained, by a throw. */
export function takeResult(matcher: string, received: unknown): InvokeResult {
  if (isInvokeResult(received)) return received
  throw usageError(matcher, `takes the result of an invocation, but received ${explain(received)}`)
}

/** The log of a result, or an array of records. */
export function takeLog(matcher: string, received: unknown): { records: readonly LogRecord[]; result?: InvokeResult } {
  if (isInvokeResult(received)) return { records: received.logs, result: received }
  if (Array.isArray(received) && received.every(isLogRecord)) return { records: received }
  if (isLambdaHandle(received)) {
    const name = received.functionName
    throw usageError(
      matcher,
      `takes the result of an invocation or an array of log records, but received the function ${name}: use expect(await ${name}.invoke(…)) for one invocation, expect(${name}.logs) for all so far, or await expect(${name}).toEventuallyLog(…)`,
    )
  }
  const what = Array.isArray(received) ? 'an array of something else' : explain(received)
  throw usageError(matcher, `takes the result of an invocation or an array of log records, but received ${what}`)
}

/** What it is, and what to write instead. */
export function explain(received: unknown): string {
  const name = originOf(received)?.source.functionName ?? 'orders'
  if (received === undefined) return 'undefined: does what was awaited return the result of .invoke(…)?'
  if (isLambdaHandle(received)) {
    return `the function ${received.functionName} itself: invoke it, as in await ${received.functionName}.invoke(…)`
  }
  if (typeof received === 'function') return 'a function: pass what its call gives, and await that'
  if (hasMethod(received, 'then')) return `a Promise: did you forget "await" before ${name}.invoke(…)?`
  if (hasMethod(received, 'settled')) {
    return 'an accepted asynchronous invocation, which has no result yet: use await (await orders.invokeAsync(…)).settled()'
  }
  if (hasMethod(received, Symbol.asyncIterator)) return 'a stream: its result is await stream.result'
  if (received instanceof FunctionError)
    return 'a FunctionError: its result is error.result, or use .invoke(…), which does not throw'
  if (typeof Response !== 'undefined' && received instanceof Response)
    return 'a Response of .fetch(…): use .invoke(…) for a result'
  return `the payload itself: use ${name}.invoke(…), not ${name}(…)`
}

function hasMethod(value: unknown, name: PropertyKey): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<PropertyKey, unknown>)[name] === 'function'
}

function isLogRecord(value: unknown): value is LogRecord {
  return typeof value === 'object' && value !== null && 'message' in value && 'source' in value && 'instance' in value
}
