import { mapStack, type SourceMaps } from '../code/bundle/map-stack.ts'
import type { InvocationOutcome, InvocationRequest } from '../model/invocation.ts'
import { brandResult, type Invocation, type InvokeResult, type RemoteError } from '../model/result.ts'
import { ORIGIN, type Origin } from './origin.ts'
import { INTERNAL_FRAME, snapshotOf } from './snapshot.ts'

export interface ResultContext {
  readonly functionName: string
  readonly backend: string
  readonly instance: string
  /** The folder of the function's code, as the function sees it. */
  readonly taskRoot: string
  readonly sourceMap: SourceMaps
}

/** Makes the user's result from the outcome of an invocation. */
export function buildResult(request: InvocationRequest, outcome: InvocationOutcome, context: ResultContext): InvokeResult {
  const text = Buffer.from(outcome.payload.buffer, outcome.payload.byteOffset, outcome.payload.byteLength).toString('utf8')
  const payload = parse(text)
  const error = outcome.functionError === undefined ? undefined : remoteError(payload, text, outcome, context)
  return new InvocationResult(request, outcome, context, error === undefined ? { payload } : { error }) as unknown as InvokeResult
}

/**
 * A result that looks like a plain object. Its brand, origin and `toJSON` belong to the prototype, so that `toEqual` ignores them. Its
 * members are assigned one by one, because defining or copying properties costs a warm invocation microseconds.
 */
class InvocationResult implements Invocation {
  declare readonly ok: boolean
  declare readonly payload?: unknown
  declare readonly error?: RemoteError
  declare readonly functionError?: 'Unhandled' | undefined
  declare readonly requestId: string
  declare readonly statusCode: number
  declare readonly executedVersion: string
  declare readonly rawPayload: Uint8Array
  declare readonly logs: Invocation['logs']
  declare readonly logTail: string
  declare readonly report: Invocation['report']
  declare readonly coldStart: boolean
  declare readonly instance: string
  declare readonly functionName: string
  declare readonly backend: string
  readonly #taskRoot: string
  #origin: Origin | undefined

  constructor(
    request: InvocationRequest,
    outcome: InvocationOutcome,
    context: ResultContext,
    end: { readonly payload: unknown } | { readonly error: RemoteError },
  ) {
    if ('error' in end) {
      this.ok = false
      this.error = end.error
      this.functionError = outcome.functionError
    } else {
      this.ok = true
      this.payload = end.payload
    }
    this.requestId = request.requestId
    this.statusCode = 200
    this.executedVersion = request.executedVersion
    this.rawPayload = outcome.payload
    this.logs = outcome.logs
    this.logTail = outcome.logTail
    this.report = outcome.report
    this.coldStart = outcome.coldStart
    this.instance = context.instance
    this.functionName = context.functionName
    this.backend = context.backend
    this.#taskRoot = context.taskRoot
  }

  get [ORIGIN](): Origin | undefined {
    return this.#origin
  }

  set [ORIGIN](origin: Origin | undefined) {
    this.#origin = origin
  }

  toJSON(): unknown {
    return snapshotOf(this as unknown as InvokeResult, this.#taskRoot)
  }
}
brandResult(InvocationResult.prototype)
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

/** Leaves out the message at the start of Node's trace and the frames of its runtime at the end. */
function frames(trace: readonly string[], context: ResultContext): string[] {
  const first = trace.findIndex(line => /^\s+at /.test(line))
  const own = (first === -1 ? trace : trace.slice(first)).filter(line => !INTERNAL_FRAME.test(line))
  return mapStack(own, context.sourceMap, { taskRoot: context.taskRoot })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
