import { truncateMasked } from '../../errors/secrets.ts'
import type { LogRecord } from '../../model/log-record.ts'

/**
 * Writes a notice when a function logs between two invocations, once for each function: unless the environment is frozen, the line is
 * logged at once, but on AWS only with the next invocation.
 */
export function lateLineNotice(
  functionName: string,
  write: (text: string) => void = text => void process.stderr.write(text),
): (record: LogRecord) => void {
  return record => {
    if (noticed.has(functionName)) return
    noticed.add(functionName)
    write(
      `lambda-fixtures: ${functionName} logged "${truncateMasked(record.message, 101)}" after it had answered. On AWS its environment is frozen by then, and this would ` +
        'run with the next invocation, if one comes. Await it in the handler, or set freeze: true to see what AWS does.\n',
    )
  }
}

const noticed = new Set<string>()
