/** Log levels of Lambda's JSON log format. @see contract 4.4 */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'

/** One log event: a line, or a whole multi-line message where the runtime says where it ends. */
export interface LogRecord {
  readonly timestamp: Date
  readonly source: 'function' | 'platform' | 'extension'
  readonly level?: LogLevel
  readonly requestId?: string
  /** The instance that wrote it. */
  readonly instance: string
  /** The text without AWS's prefix. */
  readonly message: string
  /** The line, parsed, if it is a JSON object. */
  readonly json?: Readonly<Record<string, unknown>>
  readonly raw: string
}
