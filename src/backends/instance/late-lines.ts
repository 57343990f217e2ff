import { truncateMasked } from '../../errors/secrets.ts'
import type { LogRecord } from '../../model/log-record.ts'

/**
 * Says once a function that it logged between two invocations: without freezing the line comes at once, on AWS with the next
 * invocation, if one comes.
 */
export function lateLineNotice(
  functionName: string,
  write: (text: string) => void = text => void process.stderr.write(text),
): (record: LogRecord) => void {
  return record => {
    if (said.has(functionName)) return
    said.add(functionName)
    write(
      `lambda-fixtures: ${functionName} logged "${truncateMasked(record.message, 101)}" after it had answered. On AWS its environment is frozen by then, and this would ` +
        'run with the next invocation, if one comes. Await it in the handler, or set freeze: true to see what AWS does.\n',
    )
  }
}

const said = new Set<string>()
