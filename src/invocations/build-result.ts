import { mapStack, type SourceMaps } from '../code/source-frames.ts'
import type { InvocationOutcome, InvocationRequest } from '../emulator/invocation.ts'
import { brand, type Invocation, type InvokeFailure, type InvokeResult, type InvokeSuccess, type RemoteError } from './result.ts'
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
  const text = Buffer.from(outcome.payload.buffer, outcome.payload.byteOffset, outcome.payload.byteLength).toString('utf8')
  const payload = parse(text)
  const common: Common = {
    requestId: request.requestId,
    statusCode: 200,
    executedVersion: request.executedVersion,
    rawPayload: outcome.payload,
    logs: outcome.logs,
    logTail: outcome.logTail,
    report: outcome.report,
    coldStart: outcome.coldStart,
    instance: context.instance,
    functionName: context.functionName,
    backend: context.backend,
  }
  if (outcome.functionError === undefined) return new InvocationResult({ ok: true, payload }, common) as InvokeResult
  const error = remoteError(payload, text, outcome, context)
  return new InvocationResult({ ok: false, error, functionError: outcome.functionError }, common) as InvokeResult
}

type Common = Omit<Invocation, 'toJSON'>
type Success = Pick<InvokeSuccess, 'ok' | 'payload'>
type Failure = Pick<InvokeFailure, 'ok' | 'error' | 'functionError'>

/**
 * The plain object that a result is: its brand and `toJSON`, which no matcher may count among its members, are its prototype's, which
 * is cheaper than to define them on each.
 */
class InvocationResult {
  constructor(own: Success | Failure, common: Common) {
    Object.assign(this, own, common)
  }

  toJSON(): unknown {
    return snapshotOf(this as unknown as InvokeResult)
  }
}
brand('result', InvocationResult.prototype)
Reflect.deleteProperty(InvocationResult.prototype, 'constructor')

function remoteError(payload: unknown, text: string, outcome: InvocationOutcome, context: ResultContext): RemoteError {
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
