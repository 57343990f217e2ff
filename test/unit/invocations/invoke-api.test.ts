import { describe, expect, test } from 'vitest'
import { InvokeApiError } from '../../../src/errors/invoke-api-error.ts'
import { checkRequest, type InvokeInput, throttled } from '../../../src/invocations/invoke-api.ts'
import { lambdaFunction } from '../../support/lambda-function.ts'

const fn = lambdaFunction()
const REQUEST_ID = '5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10'
const request = (input: InvokeInput) => checkRequest(fn, input)
const text = (input: InvokeInput): string => Buffer.from(request(input).payload).toString()

function refusal(input: InvokeInput): InvokeApiError {
  try {
    request(input)
  } catch (error) {
    expect(error).toBeInstanceOf(InvokeApiError)
    return error as InvokeApiError
  }
  throw new Error('The request was expected to be refused.')
}

test('makes a request with an id, a trace id and the ARN of the function', () => {
  const made = request({ event: { id: 'a1' } })
  expect(made).toMatchObject({
    requestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    invokedFunctionArn: fn.functionArn,
    executedVersion: '$LATEST',
    traceId: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    clientContext: undefined,
  })
  expect(request({}).requestId).not.toBe(made.requestId)
  expect(request({}).traceId).not.toBe(made.traceId)
})

test('takes over the request id, the client context, the signal and the remaining time', () => {
  const { signal } = new AbortController()
  const clientContext = { custom: { a: 'é' } }
  expect(request({ requestId: REQUEST_ID, clientContext, signal, remainingTime: 500 })).toMatchObject({
    requestId: REQUEST_ID,
    clientContext: JSON.stringify(clientContext),
    signal,
    remainingTime: 500,
  })
})

describe('the event', () => {
  test('no event is an empty object, and null is null', () => {
    expect(text({})).toBe('{}')
    expect(text({ event: new Uint8Array() })).toBe('{}')
    expect(text({ event: null })).toBe('null')
  })

  test('bytes are sent as they are', () => {
    expect(text({ event: Buffer.from(' [1, "é"] ') })).toBe(' [1, "é"] ')
    expect(text({ event: new Uint8Array(Buffer.from('xx[1]xx').buffer, Buffer.from('').byteOffset, 0) })).toBe('{}')
    expect(text({ event: new DataView(new Uint8Array([0, 0x5b, 0x5d]).buffer, 1) })).toBe('[]')
  })

  test.each<[string, unknown, RegExp]>([
    ['bytes that are not JSON', Buffer.from('{'), /Could not parse payload into json: .*JSON/],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /Invalid UTF-8 start byte 0xff$/],
    ['a BigInt', { n: 1n }, /BigInt/],
    ['a function', () => 1, /a function has no JSON form$/],
  ])('%s is refused', (_, event, message) => {
    expect(refusal({ event })).toMatchObject({ name: 'InvalidRequestContentException', statusCode: 400 })
    expect(refusal({ event }).message).toMatch(message)
  })

  test('6 MiB are accepted, one byte more is refused', () => {
    const limit = 6_291_456
    expect(request({ event: 'x'.repeat(limit - 2) }).payload).toHaveLength(limit)
    for (const event of ['x'.repeat(limit - 1), Buffer.alloc(limit + 1, 0x20)]) {
      expect(refusal({ event })).toMatchObject({ name: 'RequestEntityTooLargeException', statusCode: 413 })
      expect(refusal({ event }).message).toBe(
        '6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)',
      )
    }
  })
})

describe('the qualifier', () => {
  const pattern = 'Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'
  const tooLong = 'Member must have length less than or equal to 128'

  test('$LATEST is part of the ARN', () => {
    expect(request({ qualifier: '$LATEST' }).invokedFunctionArn).toBe(`${fn.functionArn}:$LATEST`)
  })

  test('a version or an alias does not exist', () => {
    expect(refusal({ qualifier: 'live', requestId: REQUEST_ID })).toMatchObject({
      name: 'ResourceNotFoundException',
      statusCode: 404,
      requestId: REQUEST_ID,
      message: `Function not found: ${fn.functionArn}:live`,
    })
  })

  test.each([
    ['a b', `1 validation error detected: Value 'a b' at 'qualifier' failed to satisfy constraint: ${pattern}`],
    ['', `1 validation error detected: Value '' at 'qualifier' failed to satisfy constraint: ${pattern}`],
    [
      'x'.repeat(129),
      `1 validation error detected: Value '${'x'.repeat(129)}' at 'qualifier' failed to satisfy constraint: ${tooLong}`,
    ],
    [
      '.'.repeat(129),
      `2 validation errors detected: Value '${'.'.repeat(129)}' at 'qualifier' failed to satisfy constraint: ${tooLong}; ` +
        `Value '${'.'.repeat(129)}' at 'qualifier' failed to satisfy constraint: ${pattern}`,
    ],
  ])('%o is refused in the words of AWS', (qualifier, message) => {
    expect(refusal({ qualifier })).toMatchObject({ name: 'ValidationException', statusCode: 400, message })
  })

  test('128 characters are not too long', () => {
    expect(refusal({ qualifier: 'x'.repeat(128) }).name).toBe('ResourceNotFoundException')
  })
})

describe('the client context', () => {
  const ofLength = (length: number): Record<string, unknown> => ({ a: 'x'.repeat(length - '{"a":""}'.length) })

  test('its limit counts base64 characters', () => {
    // 2,685 bytes are 3,580 characters, 2,688 bytes are 3,584.
    expect(request({ clientContext: ofLength(2_685) }).clientContext).toHaveLength(2_685)
    expect(refusal({ clientContext: ofLength(2_686) })).toMatchObject({
      name: 'InvalidRequestContentException',
      message: 'Client context must be no more than 3583 bytes when base64-encoded.',
    })
  })

  test('what has no JSON form is refused', () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    expect(refusal({ clientContext: circular }).message).toMatch(/^Could not parse clientContext into json: .*circular/)
    expect(refusal({ clientContext: (() => 1) as never }).message).toBe(
      'Could not parse clientContext into json: a function has no JSON form',
    )
  })
})

test('a request id that is not a UUID is refused', () => {
  expect(refusal({ requestId: 'x' })).toMatchObject({
    name: 'InvalidRequestContentException',
    message: 'The request id "x" is not a UUID.',
  })
})

test('throttled() is AWS’s error for a reserved concurrency of 0', () => {
  expect(throttled(REQUEST_ID)).toMatchObject({
    name: 'TooManyRequestsException',
    statusCode: 429,
    reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    requestId: REQUEST_ID,
    message: 'Rate Exceeded.',
  })
})
