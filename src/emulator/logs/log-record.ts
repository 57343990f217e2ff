import type { LogLevel, LogRecord } from '../../model/log-record.ts'
import type { Writable } from '../../platform/writable.ts'

/** What is known of a line from elsewhere. */
export interface LineContext {
  readonly instance: string
  /** When it was read, ms since the epoch. */
  readonly time: number
  /** The invocation that runs. */
  readonly requestId?: string | undefined
}

const LEVELS: Readonly<Record<string, LogLevel>> = {
  TRACE: 'TRACE',
  DEBUG: 'DEBUG',
  INFO: 'INFO',
  WARN: 'WARN',
  WARNING: 'WARN',
  ERROR: 'ERROR',
  FATAL: 'FATAL',
  CRITICAL: 'FATAL',
}
const NODE_LINE = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\t([\w-]+)\t(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t/
const PYTHON_LINE = /^\[([A-Z]+)\](?:\t(\d{4}-\d\d-\d\dT[\d:.]+Z)\t([\w-]*)\t| )/

/**
 * One line or message of a function, taken apart as AWS's runtimes put it together.
 * @param frameLevel the telemetry frame's it came in
 * @see contract 4.3
 */
export function functionRecord(raw: string, context: LineContext, frameLevel?: LogLevel): LogRecord {
  const { prefix, level, timestamp, requestId } = readPrefix(raw)
  const text = raw.slice(prefix).replaceAll('\r', '\n')
  const json = text.startsWith('{') ? parseObject(text) : undefined
  const jsonLevel = json && LEVELS[String(json.level ?? json.log_level ?? '').toUpperCase()]
  const record: Writable<LogRecord> = {
    timestamp: new Date(timestamp ?? (json && dateOf(json.timestamp)) ?? context.time),
    source: 'function',
    instance: context.instance,
    message: typeof json?.message === 'string' ? json.message : typeof json?.errorMessage === 'string' ? json.errorMessage : text,
    raw,
  }
  const foundLevel = jsonLevel ?? level ?? frameLevel
  if (foundLevel !== undefined) record.level = foundLevel
  const id = (typeof json?.requestId === 'string' && json.requestId) || requestId || context.requestId
  if (id) record.requestId = id
  if (json !== undefined) record.json = json
  return record
}

/** A line of the platform: START, END, REPORT, INIT_REPORT, errors, or `platform.*` in the JSON format. */
export function platformRecord(raw: string, context: LineContext): LogRecord {
  const json = raw.startsWith('{') ? parseObject(raw) : undefined
  const record: Writable<LogRecord> = {
    timestamp: new Date(context.time),
    source: 'platform',
    instance: context.instance,
    message: /[\t\n]$/.test(raw) ? raw.replace(/\t?\n*$/, '') : raw,
    raw,
  }
  if (context.requestId !== undefined) record.requestId = context.requestId
  if (json !== undefined) record.json = json
  return record
}

function readPrefix(raw: string): { prefix: number; level?: LogLevel; timestamp?: number; requestId?: string } {
  if (raw.charCodeAt(0) === 0x5b) {
    const python = PYTHON_LINE.exec(raw)
    const level = python === null ? undefined : LEVELS[python[1] ?? '']
    if (python === null || level === undefined) return { prefix: 0 }
    const [prefix, , timestamp, requestId] = python
    return {
      prefix: prefix.length,
      level,
      ...(timestamp && { timestamp: Date.parse(timestamp) }),
      ...(requestId && { requestId }),
    }
  }
  const node = NODE_LINE.exec(raw)
  if (node === null) return { prefix: 0 }
  const [prefix, timestamp = '', requestId = '', level = ''] = node
  // During init AWS's Node runtimes write "undefined" or "-" for the id.
  const id = requestId === 'undefined' || requestId === '-' ? {} : { requestId }
  return { prefix: prefix.length, level: level as LogLevel, timestamp: Date.parse(timestamp), ...id }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function dateOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
