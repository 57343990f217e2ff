import { randomFillSync, randomUUID } from 'node:crypto'
import { InvokeApiError } from '../errors/invoke-api-error.ts'
import { OptionsError } from '../errors/options-error.ts'
import type { InvocationRequest } from '../model/invocation.ts'
import type { LambdaFunction } from '../model/lambda-function.ts'
import { now } from '../platform/clock.ts'

/** What a caller of AWS's Invoke API gives beside the function's name. */
export interface InvokeInput {
  /** `undefined`: no payload. Bytes are sent as they are. */
  readonly event?: unknown
  readonly clientContext?: Readonly<Record<string, unknown>> | undefined
  readonly qualifier?: string | undefined
  readonly requestId?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly remainingTime?: number | undefined
}

const REQUEST_LIMIT = 6_291_456
const CLIENT_CONTEXT_LIMIT = 3_583
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const QUALIFIER = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'
const EMPTY_EVENT = Buffer.from('{}')

/**
 * Checks a request as AWS's API does, before a function sees it.
 * @throws InvokeApiError with AWS's name, status and words
 * @see contract 2.1, 2.3
 */
export function checkRequest(fn: LambdaFunction, input: InvokeInput): InvocationRequest {
  const requestId = input.requestId ?? randomUUID()
  const refuse: Refuse = (name, statusCode, message) => new InvokeApiError(name, message, { statusCode, requestId })
  if (!UUID.test(requestId)) {
    throw refuse('InvalidRequestContentException', 400, `The request id ${JSON.stringify(requestId)} is not a UUID.`)
  }
  checkRemainingTime(input.remainingTime)
  const { qualifier } = input
  if (qualifier !== undefined && (qualifier.length > 128 || !new RegExp(`^(${QUALIFIER})$`).test(qualifier))) {
    const constraint = `Member must satisfy regular expression pattern: ${QUALIFIER}`
    throw refuse(
      'ValidationException',
      400,
      `1 validation error detected: Value '${qualifier}' at 'qualifier' failed to satisfy constraint: ${constraint}`,
    )
  }
  if (qualifier !== undefined && qualifier !== '$LATEST') {
    throw refuse('ResourceNotFoundException', 404, `Function not found: ${fn.functionArn}:${qualifier}`)
  }
  const payload = encode(input.event, refuse)
  if (payload.byteLength > REQUEST_LIMIT) {
    const message = `${payload.byteLength} byte payload is too large for the RequestResponse invocation type (limit ${REQUEST_LIMIT} bytes)`
    throw refuse('RequestEntityTooLargeException', 413, message)
  }
  const clientContext = input.clientContext === undefined ? undefined : contextText(input.clientContext, refuse)
  if (clientContext !== undefined && Math.ceil(Buffer.byteLength(clientContext) / 3) * 4 > CLIENT_CONTEXT_LIMIT) {
    throw refuse(
      'InvalidRequestContentException',
      400,
      `Client context must be no more than ${CLIENT_CONTEXT_LIMIT} bytes when base64-encoded.`,
    )
  }
  return {
    requestId,
    payload,
    invokedFunctionArn: qualifier === undefined ? fn.functionArn : `${fn.functionArn}:${qualifier}`,
    executedVersion: '$LATEST',
    traceId: traceId(),
    clientContext,
    remainingTime: input.remainingTime,
    signal: input.signal,
  }
}

/** What AWS answers when a function's reserved concurrency is 0. @see contract 2.3 */
export function throttled(requestId: string): InvokeApiError {
  const reason = 'ReservedFunctionConcurrentInvocationLimitExceeded'
  return new InvokeApiError('TooManyRequestsException', 'Rate Exceeded.', { statusCode: 429, requestId, reason })
}

type Refuse = (name: string, statusCode: number, message: string) => InvokeApiError

/** AWS knows no such thing, so it has no words for it. */
function checkRemainingTime(ms: number | undefined): void {
  if (ms === undefined || (typeof ms === 'number' && ms > 0 && Number.isFinite(ms))) return
  const message = `must be a number of milliseconds over 0, but is ${String(ms)}`
  throw new OptionsError('an invocation', [{ path: 'remainingTime', message }])
}

function contextText(context: unknown, refuse: Refuse): string {
  try {
    const text: string | undefined = JSON.stringify(context)
    if (text !== undefined) return text
  } catch (error) {
    throw refuse('InvalidRequestContentException', 400, `Could not parse clientContext into json: ${(error as Error).message}`)
  }
  throw refuse(
    'InvalidRequestContentException',
    400,
    `Could not parse clientContext into json: a ${typeof context} has no JSON form`,
  )
}

function encode(event: unknown, refuse: Refuse): Uint8Array {
  if (event === undefined) return EMPTY_EVENT
  const invalid = (why: string): InvokeApiError =>
    refuse(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: Could not parse payload into json: ${why}`,
    )
  if (ArrayBuffer.isView(event)) {
    const bytes = Buffer.from(event.buffer, event.byteOffset, event.byteLength)
    if (bytes.length === 0) return EMPTY_EVENT
    if (bytes.length <= REQUEST_LIMIT) checkJson(bytes, invalid)
    return bytes
  }
  let text: string | undefined
  try {
    text = JSON.stringify(event)
  } catch (error) {
    throw invalid((error as Error).message)
  }
  if (text === undefined) throw invalid(`a ${typeof event} has no JSON form`)
  return Buffer.from(text)
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

/** From a reserve: to ask for a few bytes each time would cost a warm invocation microseconds. */
function randomHex(bytes: number): string {
  if (used + bytes > reserve.length) {
    randomFillSync(reserve)
    used = 0
  }
  used += bytes
  return reserve.toString('hex', used - bytes, used)
}
