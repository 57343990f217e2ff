import { truncateMasked } from '../errors/secrets.ts'
import type { LogRecord } from '../model/log-record.ts'

/** How AWS's runtime interface client for Node.js reports an uncaught error. A JSON text follows. */
const NODE_REPORT = /^(Invoke Error|Init Error|Uncaught Exception|Unhandled Promise Rejection)\s+(.*)$/s
const PYTHON_REPORT = /^\[ERROR\] [^\r\n]*[\r\n]Traceback/

/** A record for people: its level and its message. */
export function readableRecord(record: LogRecord): string {
  const text = readableMessage(record)
  return record.level === undefined ? text : `${record.level.padEnd(5)} ${text}`
}

/**
 * The message of a record, with the fields of a structured one. A runtime's report of an error is shortened to its first line, because
 * its stack is shown elsewhere.
 */
export function readableMessage(record: LogRecord): string {
  const [, what, report] = NODE_REPORT.exec(record.message) ?? []
  if (what !== undefined && report !== undefined) return `${what}: ${firstLine(report)}`
  return [record.message.trimEnd(), ...fieldsOf(record)].join(' ')
}

/** The fields of a JSON line that are not shown otherwise, on one line. */
function fieldsOf({ json, message, source }: LogRecord): string[] {
  if (source === 'platform' || json === undefined || (json.message !== message && json.errorMessage !== message)) return []
  const { timestamp, level, requestId, ...rest } = json
  const fields = Object.entries(rest).filter(([name, value]) => value !== message || !/^(message|errorMessage)$/.test(name))
  if (fields.length === 0) return []
  const cut = (_: string, value: unknown): unknown => (typeof value === 'string' ? truncateMasked(value) : value)
  return [JSON.stringify(Object.fromEntries(fields), cut)]
}

/** True for a runtime's own report of an error of the function. */
export function isErrorReport({ message, raw }: LogRecord): boolean {
  return NODE_REPORT.test(message) || PYTHON_REPORT.test(raw)
}

/** True for lines such as START, END and REPORT, which do not help to understand a failed test. A timeout or an exit does. */
export function isBookkeeping({ source, message }: LogRecord): boolean {
  return source === 'platform' && /^(START|END|REPORT|INIT_START|INIT_REPORT|\{"time":)/.test(message)
}

function firstLine(json: string): string {
  try {
    const { errorType, errorMessage, stack } = JSON.parse(json) as { errorType?: string; errorMessage?: string; stack?: string[] }
    return stack?.[0] ?? `${errorType}: ${errorMessage}`
  } catch {
    return json.trimEnd()
  }
}
