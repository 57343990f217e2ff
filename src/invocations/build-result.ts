import { mapStack, type SourceMaps } from '../code/source-frames.ts'
import type { InvocationOutcome, InvocationRequest } from '../emulator/invocation.ts'
import { brand, type InvokeFailure, type InvokeResult, type LogRecord, type RemoteError, type Report } from './result.ts'
import { snapshotOf } from './snapshot.ts'

export interface ResultContext {
  readonly functionName: string
  readonly backend: string
  readonly instance: string
  /** Where the function's code lies, as it sees it. */
  readonly taskRoot: string
  readonly sourceMap: SourceMaps
}

/** What the user gets of an invocation. */
export function buildResult(request: InvocationRequest, outcome: InvocationOutcome, context: ResultContext): InvokeResult {
  return new InvocationResult(request, outcome, context) as InvokeResult
}

/**
 * The plain object that a result is: its brand and `toJSON`, which no matcher may count among its members, are its prototype's, which
 * is cheaper than to define them on each.
 */
class InvocationResult {
  readonly ok: boolean
  declare readonly payload?: unknown
  declare readonly error?: RemoteError
  declare readonly functionError?: InvokeFailure['functionError']
  readonly requestId: string
  readonly statusCode: number
  readonly executedVersion: string
  readonly rawPayload: Uint8Array
  readonly logs: readonly LogRecord[]
  readonly logTail: string
  readonly report: Report
  readonly coldStart: boolean
  readonly instance: string
  readonly functionName: string
  readonly backend: string

  constructor(request: InvocationRequest, outcome: InvocationOutcome, context: ResultContext) {
    const { payload: bytes, functionError } = outcome
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    this.ok = functionError === undefined
    if (functionError === undefined) {
      this.payload = parse(text)
    } else {
      this.error = remoteError(text, outcome, context)
      this.functionError = functionError
    }
    this.requestId = request.requestId
    this.statusCode = 200
    this.executedVersion = request.executedVersion
    this.rawPayload = bytes
    this.logs = outcome.logs
    this.logTail = outcome.logTail
    this.report = outcome.report
    this.coldStart = outcome.coldStart
    this.instance = context.instance
    this.functionName = context.functionName
    this.backend = context.backend
  }

  toJSON(): unknown {
    return snapshotOf(this as unknown as InvokeResult)
  }
}
brand('result', InvocationResult.prototype)
Reflect.deleteProperty(InvocationResult.prototype, 'constructor')

function remoteError(text: string, outcome: InvocationOutcome, context: ResultContext): RemoteError {
  const payload = parse(text)
  const body = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
  const trace = [body.trace, body.stackTrace].find(Array.isArray) ?? []
  return {
    errorType: typeof body.errorType === 'string' ? body.errorType : (outcome.report.errorType ?? ''),
    errorMessage: typeof body.errorMessage === 'string' ? body.errorMessage : text,
    stackTrace: frames(trace.map(String), context),
    reason: outcome.reason ?? 'error',
  }
}

/** Node's trace begins with the message, and ends in frames of its runtime: neither helps. */
function frames(trace: readonly string[], context: ResultContext): string[] {
  const first = trace.findIndex(line => /^\s+at /.test(line))
  const own = (first === -1 ? trace : trace.slice(first)).filter(
    line => !/[/\\]runtimes[/\\]nodejs[/\\]|\(node:internal\/|at node:internal\//.test(line),
  )
  return mapStack(own, context.sourceMap, { taskRoot: context.taskRoot })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
