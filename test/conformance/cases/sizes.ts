import { expect } from 'vitest'
import type { ConformanceCase, Theme } from '../case.ts'
import { refusal } from './refusal.ts'

const REQUEST_LIMIT = 6_291_456
const RESPONSE_LIMIT = 6_291_556

/** An event of exactly so many bytes. */
function eventOf(bytes: number): Uint8Array {
  const start = '{"op":"length","pad":"'
  return Buffer.from(`${start}${'p'.repeat(bytes - start.length - 2)}"}`)
}

const requestOfTheLimit: ConformanceCase = {
  name: 'a request of 6,291,456 bytes is taken',
  contract: '2.3',
  async run(lab) {
    const result = await lab.invoke(eventOf(REQUEST_LIMIT))
    expect(result.payload).toBe(REQUEST_LIMIT)
    return 'the function got 6,291,456 bytes'
  },
}

const requestOverTheLimit: ConformanceCase = {
  name: 'a request of 6,291,457 bytes is refused, and the function never sees it',
  contract: '2.3, 10',
  async run(lab) {
    const fn = await lab.launch()
    const error = await refusal(fn.invoke(eventOf(REQUEST_LIMIT + 1)))
    expect(error).toMatchObject({ name: 'RequestEntityTooLargeException', statusCode: 413 })
    expect(error.message).toBe('6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)')
    expect(fn.logs.filter(record => record.source === 'platform')).toEqual([])
    return `413 ${error.name}: ${error.message}`
  },
}

const responseOfTheLimit: ConformanceCase = {
  name: 'a response of 6,291,556 bytes arrives',
  contract: '1.3, 10',
  async run(lab) {
    const result = await lab.invoke({ op: 'size', bytes: RESPONSE_LIMIT })
    expect(result.rawPayload.byteLength).toBe(RESPONSE_LIMIT)
    return 'the caller got 6,291,556 bytes'
  },
}

const responseOverTheLimit: ConformanceCase = {
  name: 'a response of 6,291,557 bytes is an error, and the environment survives',
  contract: '1.3, 2.5, 10',
  async run(lab) {
    const fn = await lab.launch({ memorySize: 512 })
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    const result = await fn.invoke({ op: 'size', bytes: RESPONSE_LIMIT + 1 })
    const payload =
      '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}'
    expect(Buffer.from(result.rawPayload).toString()).toBe(payload)
    expect(result).toMatchObject({ functionError: 'Unhandled', error: { reason: 'responseTooLarge' } })
    const next = await fn.invoke({ op: 'count' })
    expect(next).toMatchObject({ payload: 2, coldStart: false, instance: result.instance })
    return payload
  },
}

export const sizes: Theme = {
  name: 'sizes',
  cases: [requestOfTheLimit, requestOverTheLimit, responseOfTheLimit, responseOverTheLimit],
}
