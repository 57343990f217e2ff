import type { LogRecord } from '../model/log-record.ts'

/** As AWS's runtime interface client for Node.js begins its report of an uncaught error; a JSON text follows. */
const REPORT = /^(Invoke Error|Init Error|Uncaught Exception|Unhandled Promise Rejection)\s+(\{.*\})\s*$/s

/** A record as people read it: level and message. Of a runtime's own report of an error only what failed, as its stack is told elsewhere. */
export function readableRecord(record: LogRecord): string {
  const text = readableMessage(record)
  return record.level === undefined ? text : `${record.level.padEnd(5)} ${text}`
}

/** The same without its level. */
export function readableMessage({ message }: LogRecord): string {
  const [, what, json] = REPORT.exec(message) ?? []
  return what === undefined || json === undefined ? message.trimEnd() : `${what}: ${firstLine(json)}`
}

/** START, END and REPORT say nothing that a failed test needs; a timeout or an exit does. */
export function isBookkeeping({ source, message }: LogRecord): boolean {
  return source === 'platform' && /^(START|END|REPORT|INIT_START|INIT_REPORT|\{"time":)/.test(message)
}

function firstLine(json: string): string {
  try {
    const { errorType, errorMessage, stack } = JSON.parse(json) as { errorType?: string; errorMessage?: string; stack?: string[] }
    return stack?.[0] ?? `${errorType}: ${errorMessage}`
  } catch {
    return json
  }
}
