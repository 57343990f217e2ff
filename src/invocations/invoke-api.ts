import { randomFillSync, randomUUID } from 'node:crypto'
import { InvokeApiError } from '../errors/invoke-api-error.ts'
import type { InvocationRequest } from '../model/invocation.ts'
import type { LambdaFunction } from '../model/lambda-function.ts'
import { REQUEST_LIMIT } from '../model/payload-limits.ts'
import { now } from '../platform/clock.ts'

/** What a caller of AWS's Invoke API gives besides the function's name. */
export interface InvokeInput {
  /** `undefined` stands for no payload. Bytes are sent as they are. */
  readonly event?: unknown
  readonly clientContext?: Readonly<Record<string, unknown>> | undefined
  readonly qualifier?: string | undefined
  readonly requestId?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly remainingTime?: number | undefined
}

const CLIENT_CONTEXT_LIMIT = 3_583
const QUALIFIER_LIMIT = 128
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const QUALIFIER = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'
const EMPTY_EVENT = Buffer.from('{}')

type Refuse = (name: string, statusCode: number, message: string) => InvokeApiError

/**
 * Checks a request as AWS's API does, before the function sees it.
 * @throws InvokeApiError with AWS's name, status and message
 * @see contract 2.1, 2.3
 */
export function checkRequest(fn: LambdaFunction, input: InvokeInput): InvocationRequest {
  const requestId = input.requestId ?? randomUUID()
  const refuse: Refuse = (name, statusCode, message) => new InvokeApiError(name, message, { statusCode, requestId })
  if (!UUID.test(requestId)) {
    throw refuse('InvalidRequestContentException', 400, `The request id ${JSON.stringify(requestId)} is not a UUID.`)
  }
  const { qualifier } = input
  if (qualifier !== undefined) checkQualifier(fn, qualifier, refuse)
  return {
    requestId,
    payload: encodeEvent(input.event, refuse),
    invokedFunctionArn: qualifier === undefined ? fn.functionArn : `${fn.functionArn}:${qualifier}`,
    executedVersion: '$LATEST',
    traceId: traceId(),
    clientContext: input.clientContext === undefined ? undefined : encodeContext(input.clientContext, refuse),
    remainingTime: input.remainingTime,
    signal: input.signal,
  }
}

/** AWS's error if the reserved concurrency of a function is 0. @see contract 2.3 */
export function throttled(requestId: string): InvokeApiError {
  const reason = 'ReservedFunctionConcurrentInvocationLimitExceeded'
  return new InvokeApiError('TooManyRequestsException', 'Rate Exceeded.', { statusCode: 429, requestId, reason })
}

function checkQualifier(fn: LambdaFunction, qualifier: string, refuse: Refuse): void {
  if (qualifier === '$LATEST') return
  const constraints = [
    ...(qualifier.length <= QUALIFIER_LIMIT ? [] : [`Member must have length less than or equal to ${QUALIFIER_LIMIT}`]),
    ...(new RegExp(`^(${QUALIFIER})$`).test(qualifier) ? [] : [`Member must satisfy regular expression pattern: ${QUALIFIER}`]),
  ]
  if (constraints.length === 0) {
    throw refuse('ResourceNotFoundException', 404, `Function not found: ${fn.functionArn}:${qualifier}`)
  }
  const errors = constraints.map(constraint => `Value '${qualifier}' at 'qualifier' failed to satisfy constraint: ${constraint}`)
  const detected = `${errors.length} validation error${errors.length === 1 ? '' : 's'} detected`
  throw refuse('ValidationException', 400, `${detected}: ${errors.join('; ')}`)
}

function encodeContext(context: unknown, refuse: Refuse): string {
  const invalid = (message: string): InvokeApiError => refuse('InvalidRequestContentException', 400, message)
  const text = toJson(context, why => invalid(`Could not parse clientContext into json: ${why}`))
  if (Math.ceil(Buffer.byteLength(text) / 3) * 4 <= CLIENT_CONTEXT_LIMIT) return text
  throw invalid(`Client context must be no more than ${CLIENT_CONTEXT_LIMIT} bytes when base64-encoded.`)
}

function encodeEvent(event: unknown, refuse: Refuse): Uint8Array {
  if (event === undefined) return EMPTY_EVENT
  const invalid = (why: string): InvokeApiError =>
    refuse(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: Could not parse payload into json: ${why}`,
    )
  const isBytes = ArrayBuffer.isView(event)
  const bytes = isBytes ? Buffer.from(event.buffer, event.byteOffset, event.byteLength) : Buffer.from(toJson(event, invalid))
  if (bytes.length === 0) return EMPTY_EVENT
  if (bytes.length > REQUEST_LIMIT) {
    const message = `${bytes.length} byte payload is too large for the RequestResponse invocation type (limit ${REQUEST_LIMIT} bytes)`
    throw refuse('RequestEntityTooLargeException', 413, message)
  }
  if (isBytes) checkJson(bytes, invalid)
  return bytes
}

function toJson(value: unknown, invalid: (why: string) => InvokeApiError): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw invalid((error as Error).message)
  }
  if (text === undefined) throw invalid(`a ${typeof value} has no JSON form`)
  return text
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function checkJson(bytes: Buffer, invalid: (why: string) => InvokeApiError): void {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    const bad = bytes.find(byte => byte >= 0x80) ?? 0
    throw invalid(`Invalid UTF-8 start byte 0x${bad.toString(16)}`)
  }
  try {
    JSON.parse(text)
  } catch (error) {
    throw invalid((error as Error).message)
  }
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-traceids */
function traceId(): string {
  const seconds = Math.floor(now() / 1000).toString(16)
  return `Root=1-${seconds}-${randomHex(12)};Parent=${randomHex(8)};Sampled=0`
}

const reserve = Buffer.alloc(4_000)
let used = reserve.length

/** Takes bytes from a reserve, because asking the system for a few bytes costs a warm invocation microseconds. */
function randomHex(bytes: number): string {
  if (used + bytes > reserve.length) {
    randomFillSync(reserve)
    used = 0
  }
  used += bytes
  return reserve.toString('hex', used - bytes, used)
}
