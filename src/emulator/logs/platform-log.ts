import type { LoggingConfig } from '../../model/lambda-function.ts'
import type { Report } from '../../model/report.ts'
import { now } from '../../platform/clock.ts'
import type { InitFailure } from '../environment/init-failure.ts'
import type { PlatformError } from '../runtime-api/runtime-errors.ts'
import type { LogStream } from './log-stream.ts'

/** Writes the platform's own lines, in the text or the JSON format. @see contract 4.1, 4.2, 4.4 */
export class PlatformLog {
  readonly #stream: LogStream
  readonly #json: boolean
  readonly #level: number
  readonly #functionArn: string

  constructor(stream: LogStream, config: LoggingConfig, functionArn: string) {
    this.#stream = stream
    this.#json = config.logFormat === 'JSON'
    this.#level = LEVELS[config.systemLogLevel ?? 'INFO']
    this.#functionArn = functionArn
  }

  start(requestId: string, version: string): void {
    if (!this.#json) return this.#stream.platform(`START RequestId: ${requestId} Version: ${version}`)
    this.#event('platform.start', { requestId, functionArn: this.#functionArn, version })
  }

  /** AWS's line for an exit, a crash or an init that the platform ended. The JSON format has none. */
  runtimeError(requestId: string, { errorType, message }: PlatformError): void {
    if (!this.#json) this.#stream.platform(`RequestId: ${requestId} Error: ${message}\n${errorType}`)
  }

  /** @param elapsedMs the time that has really passed; the report names the limit instead */
  timedOut(requestId: string, elapsedMs: number): void {
    if (this.#json) return
    this.#stream.platform(
      `${new Date(now()).toISOString()} ${requestId} Task timed out after ${(elapsedMs / 1000).toFixed(2)} seconds\n`,
    )
  }

  /** For a failed init only: AWS reports no successful one. */
  initReport(phase: 'init' | 'invoke', durationMs: number, failure: InitFailure): void {
    const status = failure.kind === 'timeout' ? 'timeout' : 'error'
    const errorType = failure.kind === 'timeout' ? undefined : failure.errorType
    if (this.#json) {
      const record = { initializationType: 'on-demand', phase, status, ...(errorType === undefined ? {} : { errorType }) }
      return this.#event('platform.initReport', { ...record, metrics: { durationMs: round(durationMs) } }, 'WARN')
    }
    const error = errorType === undefined ? '' : `\tError Type: ${errorType}`
    this.#stream.platform(`INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${error}`)
  }

  end(requestId: string, report: Report, elapsedMs: number): void {
    if (this.#json) return this.#endJson(requestId, report, elapsedMs)
    this.#stream.platform(`END RequestId: ${requestId}`)
    const init = report.initDurationMs === undefined ? '' : `\tInit Duration: ${report.initDurationMs.toFixed(2)} ms`
    const error = report.errorType === undefined ? '' : `\tError Type: ${report.errorType}`
    const end = report.status === undefined ? '\t' : `\tStatus: ${report.status}${error}`
    this.#stream.platform(
      `REPORT RequestId: ${requestId}\tDuration: ${report.durationMs.toFixed(2)} ms\tBilled Duration: ${report.billedDurationMs} ms` +
        `\tMemory Size: ${report.memorySizeMb} MB\tMax Memory Used: ${report.maxMemoryUsedMb ?? 0} MB${init}${end}`,
    )
  }

  #endJson(requestId: string, report: Report, elapsedMs: number): void {
    const status = report.status ?? 'success'
    const errorType = report.errorType === undefined ? {} : { errorType: report.errorType }
    const done = { requestId, status, ...errorType, metrics: { durationMs: round(elapsedMs), producedBytes: 0 } }
    this.#event('platform.runtimeDone', done, status === 'success' ? 'DEBUG' : 'WARN')
    const metrics = {
      durationMs: report.durationMs,
      billedDurationMs: report.billedDurationMs,
      memorySizeMB: report.memorySizeMb,
      ...(report.maxMemoryUsedMb === undefined ? {} : { maxMemoryUsedMB: report.maxMemoryUsedMb }),
      ...(report.initDurationMs === undefined ? {} : { initDurationMs: report.initDurationMs }),
    }
    this.#event('platform.report', { requestId, metrics, status, ...errorType }, status === 'success' ? 'INFO' : 'WARN')
  }

  #event(type: string, record: unknown, level: keyof typeof LEVELS = 'INFO'): void {
    if (LEVELS[level] < this.#level) return
    this.#stream.platform(JSON.stringify({ time: new Date(now()).toISOString(), type, record }))
  }
}

const LEVELS = { DEBUG: 0, INFO: 1, WARN: 2 }

const round = (ms: number): number => Math.round(ms * 1000) / 1000
