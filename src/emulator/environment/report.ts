import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { Report } from '../../model/report.ts'
import type { Writable } from '../../platform/writable.ts'

export interface ReportInput {
  readonly fn: LambdaFunction
  readonly elapsedMs: number
  readonly initDurationMs: number | undefined
  readonly peakBytes: number | undefined
  readonly status: 'error' | 'timeout' | undefined
  readonly errorType: string | undefined
}

/** @see contract 4.1 */
export function buildReport(input: ReportInput): Report {
  const { fn, initDurationMs, peakBytes, status, errorType } = input
  const limitMs = fn.timeout * 1000
  const durationMs = hundredths(status === 'timeout' ? limitMs : input.elapsedMs)
  const init = initDurationMs === undefined ? undefined : hundredths(initDurationMs)
  const used = errorType === 'Runtime.OutOfMemory' ? fn.memorySize : peakBytes && Math.ceil(peakBytes / 1_048_576)
  const report: Writable<Report> = {
    durationMs,
    billedDurationMs: Math.ceil(durationMs + (init ?? 0)),
    memorySizeMb: fn.memorySize,
  }
  if (used !== undefined) report.maxMemoryUsedMb = used
  if (init !== undefined) report.initDurationMs = init
  if (status !== undefined) report.status = status
  if (status === 'error' && errorType !== undefined) report.errorType = errorType
  return report
}

const hundredths = (ms: number): number => Math.round(ms * 100) / 100
