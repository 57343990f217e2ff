import { FunctionLog } from '../../src/invocations/function-log.ts'
import { setOrigin } from '../../src/invocations/origin.ts'
import { snapshotOf } from '../../src/invocations/snapshot.ts'
import type { LogLevel, LogRecord } from '../../src/model/log-record.ts'
import { brandHandle, type LogSource } from '../../src/model/log-source.ts'
import type { Report } from '../../src/model/report.ts'
import type { FailureReason, InvokeFailure, InvokeResult, InvokeSuccess } from '../../src/model/result.ts'
import { brandResult } from '../../src/model/result.ts'

export const REQUEST_ID = '5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10'
const INSTANCE = '3f9c2a7b0d1e4c5f8a9b0c1d2e3f4a5b'
const BEGIN = Date.parse('2026-11-24T10:00:00.000Z')

/** A log record of the function; `at` in ms after the invocation began. */
export function record(
  message: string,
  options: Partial<Omit<LogRecord, 'message' | 'timestamp'>> & { at?: number } = {},
): LogRecord {
  const { at = 1, ...rest } = options
  const line = {
    source: 'function',
    level: 'INFO' as LogLevel,
    requestId: REQUEST_ID,
    instance: INSTANCE,
    raw: message,
    ...rest,
  } as const
  return { timestamp: new Date(BEGIN + at), message, ...line }
}

/** A line of JSON, as a structured logger writes it. */
export function jsonRecord(json: Record<string, unknown>, options: Parameters<typeof record>[1] = {}): LogRecord {
  const text = JSON.stringify(json)
  const level = typeof json.level === 'string' ? { level: json.level as LogLevel } : {}
  return record(typeof json.message === 'string' ? json.message : text, { json, raw: text, ...level, ...options })
}

export function platformRecord(raw: string, at: number): LogRecord {
  return { timestamp: new Date(BEGIN + at), source: 'platform', requestId: REQUEST_ID, instance: INSTANCE, message: raw, raw }
}

export interface ResultOptions {
  logs?: readonly LogRecord[]
  report?: Partial<Report>
  coldStart?: boolean
  /** The handle it belongs to. */
  source?: LogSource
  calledAt?: string
}

/** A result of `orders` that answered. */
export function success<R>(payload: R, options: ResultOptions = {}): InvokeSuccess<R> {
  return finish({ ...invocation(options), ok: true, payload }, options) as InvokeSuccess<R>
}

/** A result of `orders` that failed. */
export function failure(
  options: ResultOptions & {
    errorType?: string
    errorMessage?: string
    reason?: FailureReason
    stackTrace?: readonly string[]
  } = {},
): InvokeFailure {
  const { errorType = 'ValidationError', errorMessage = 'qty must be > 0', reason = 'error' } = options
  const { stackTrace = reason === 'error' ? ['at handler (src/orders.ts:12:11)'] : [] } = options
  const error = { errorType, errorMessage, reason, stackTrace }
  return finish({ ...invocation(options), ok: false, error, functionError: 'Unhandled' }, options) as InvokeFailure
}

/** A result that ran into its timeout of 3 s. */
export function timeout(options: ResultOptions = {}): InvokeFailure {
  const { logs = [record('calling payments', { at: 90 })] } = options
  const errorMessage = `${REQUEST_ID} Task timed out after 3.00 seconds`
  return failure({
    errorType: 'Sandbox.Timedout',
    errorMessage,
    reason: 'timeout',
    ...options,
    logs,
    report: { durationMs: 3000, ...options.report },
  })
}

function invocation({ logs = [record('received {"qty":0}')], report = {}, coldStart = true }: ResultOptions): object {
  const durationMs = report.durationMs ?? 38
  const all = [
    platformRecord(`START RequestId: ${REQUEST_ID} Version: $LATEST`, 0),
    ...logs,
    platformRecord(`END RequestId: ${REQUEST_ID}`, durationMs),
    platformRecord(`REPORT RequestId: ${REQUEST_ID}\tDuration: ${durationMs.toFixed(2)} ms`, durationMs),
  ]
  return {
    requestId: REQUEST_ID,
    statusCode: 200,
    executedVersion: '$LATEST',
    rawPayload: new Uint8Array(),
    logs: all,
    logTail: all.map(({ raw }) => raw).join('\n'),
    report: { durationMs, billedDurationMs: Math.ceil(durationMs), memorySizeMb: 128, ...report },
    coldStart,
    instance: INSTANCE,
    functionName: 'orders',
    backend: 'process',
  }
}

function finish(parts: object, { source, calledAt }: ResultOptions): InvokeResult {
  const result = { ...parts } as InvokeResult
  Object.defineProperty(result, 'toJSON', { value: () => snapshotOf(result, '/var/task') })
  const origin = source ?? (calledAt === undefined ? undefined : handleDouble())
  if (origin) setOrigin(result, { source: origin, ...(calledAt !== undefined && { calledAt }) })
  return brandResult(result)
}

/** A double of a function handle with a real log that a test writes to. */
export interface HandleDouble extends LogSource {
  (...args: unknown[]): Promise<unknown>
  log(...records: LogRecord[]): void
  /** Ends the function: followers come to their end. */
  end(): void
  readonly followers: number
}

export function handleDouble(state = 'idle', past: readonly LogRecord[] = []): HandleDouble {
  const log = new FunctionLog()
  for (const one of past) log.add(one)
  let ended = false
  let followers = 0
  const followLogs: LogSource['followLogs'] = ({ signal } = {}) => {
    const stream = log.follow(signal)
    followers += 1
    const stop = stream.return!.bind(stream)
    stream.return = () => {
      followers -= 1
      return stop()
    }
    return stream
  }
  const handle = Object.defineProperties(async () => undefined, {
    functionName: { value: 'orders', configurable: true },
    logs: { get: () => log.records },
    instances: { get: () => (ended ? [] : [{ id: INSTANCE, state }]) },
    followLogs: { value: followLogs },
    followers: { get: () => followers },
    log: {
      value: (...records: LogRecord[]): void => {
        for (const one of records) log.add(one)
      },
    },
    end: {
      value: () => {
        ended = true
        log.end()
      },
    },
  })
  return brandHandle(handle as unknown as HandleDouble)
}
