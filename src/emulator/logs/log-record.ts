import type { LogLevel, LogRecord } from '../../model/log-record.ts'
import type { Writable } from '../../platform/writable.ts'
import type { SplitLine } from './line-splitter.ts'

/** What a line does not say itself. */
export interface LineContext {
  readonly instance: string
  /** When it arrived, in milliseconds since the epoch. */
  readonly time: number
  /** The invocation that runs. */
  readonly requestId?: string | undefined
  /** The invocation that runs or, between two invocations, the one before. */
  readonly lastRequestId?: string | undefined
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
// A function may have changed the clock, so the year may have six digits.
const TIME = String.raw`(?:\d{4}|[+-]\d{6})-\d\d-\d\dT[\d:.]+Z`
const NODE_PREFIX = new RegExp(String.raw`^${TIME}\t([\w-]+)\t(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t`)
const PYTHON_PREFIX = new RegExp(String.raw`^\[([A-Z]+)\]\t${TIME}\t([\w-]*)\t`)
/** The errors of Python handlers, which awslambdaric logs, begin with the first and contain the second. */
const PYTHON_ERROR = '[ERROR] '
const TRACEBACK = /[\r\n]Traceback \(most recent call last\):/
/** What stands for the request id while there is none, in Python, Node.js and Node.js as JSON. */
const NO_ID: readonly (string | undefined)[] = ['', 'undefined', '-']

/**
 * The record of a line or message of a function. Its time is that of its arrival and its invocation the one that runs, whatever the
 * text says: a function may change its clock, or print lines that look like those of AWS's runtimes. @see contract 4.3
 */
export function functionRecord({ text: raw, isFramed, level: frameLevel }: SplitLine, context: LineContext): LogRecord {
  const prefix = readPrefix(raw)
  const isOwn = prefix !== undefined && (isFramed || NO_ID.includes(prefix.id) || prefix.id === context.lastRequestId)
  const text = isOwn ? withLineBreaks(raw.slice(prefix.length), isFramed) : raw
  const json = text.startsWith('{') ? parseObject(text) : undefined
  const record: Writable<LogRecord> = {
    timestamp: new Date(context.time),
    source: 'function',
    instance: context.instance,
    message: typeof json?.message === 'string' ? json.message : typeof json?.errorMessage === 'string' ? json.errorMessage : text,
    raw,
  }
  const jsonLevel = json && LEVELS[String(json.level ?? json.log_level ?? '').toUpperCase()]
  const level = jsonLevel ?? (isOwn ? prefix.level : undefined) ?? frameLevel
  if (level !== undefined) record.level = level
  const id = context.requestId ?? lateId(isOwn ? prefix.id : json?.requestId, context)
  if (id !== undefined) record.requestId = id
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

/** Between two invocations a line belongs to the one before if it names that one. */
function lateId(id: unknown, { lastRequestId }: LineContext): string | undefined {
  return id === lastRequestId ? lastRequestId : undefined
}

/** AWS's runtimes replace line breaks by carriage returns where a line ends a log event. */
function withLineBreaks(text: string, isFramed: boolean): string {
  return isFramed ? text : text.replaceAll('\r', '\n')
}

interface Prefix {
  readonly length: number
  readonly level: LogLevel
  readonly id: string
}

function readPrefix(raw: string): Prefix | undefined {
  if (raw.charCodeAt(0) !== 0x5b) {
    const [prefix, id = '', level = ''] = NODE_PREFIX.exec(raw) ?? []
    return prefix === undefined ? undefined : { length: prefix.length, level: level as LogLevel, id }
  }
  const [prefix, name = '', id = ''] = PYTHON_PREFIX.exec(raw) ?? []
  const level = LEVELS[name]
  if (prefix !== undefined && level !== undefined) return { length: prefix.length, level, id }
  const isError = raw.startsWith(PYTHON_ERROR) && TRACEBACK.test(raw)
  return isError ? { length: PYTHON_ERROR.length, level: 'ERROR', id: '' } : undefined
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
