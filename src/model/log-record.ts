/** The levels of Lambda's JSON log format. @see contract 4.4 */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'

/** A line of a log, or a message of several lines if the runtime says where it ends. */
export interface LogRecord {
  readonly timestamp: Date
  readonly source: 'function' | 'platform' | 'extension'
  readonly level?: LogLevel
  readonly requestId?: string
  /** The instance that wrote it. */
  readonly instance: string
  /** The text without the prefix of AWS's runtimes. For a JSON line its `message`, if that is a string. */
  readonly message: string
  /** The parsed line, if it is a JSON object. */
  readonly json?: Readonly<Record<string, unknown>>
  /** The text as it was written. */
  readonly raw: string
}
