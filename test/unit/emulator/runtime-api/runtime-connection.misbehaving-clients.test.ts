import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually, ListeningApi, NEXT, post, type RawClient } from './raw-client.ts'

const ID = '8f5c8d2e-0d0a-4b3c-9a51-6f0d6a0c1b11'

let runtime: ListeningApi
beforeEach(async () => {
  runtime = await ListeningApi.open()
})
afterEach(() => runtime.api.reset())

/** A client that was handed an event. */
const running = (payload?: string): Promise<RawClient> => runtime.running(ID, payload)

describe('clients that misbehave', () => {
  test('a body that breaks off', async () => {
    await running()
    const client = await runtime.connect()
    client.write(post(`invocation/${ID}/response`, 'x'.repeat(1000)).slice(0, -500))
    await sleep(20)
    client.socket.destroy()
    await eventually(() => runtime.answers.length === 1)
    expect(runtime.answers).toEqual([{ kind: 'truncated' }])
  })

  test('a body that breaks off, from a client that still reads: 400', async () => {
    await running()
    const client = await runtime.connect()
    client.write(post(`invocation/${ID}/response`, 'x'.repeat(1000)).slice(0, -500))
    client.socket.end()
    await eventually(() => runtime.answers.length === 1)
    expect(runtime.answers).toEqual([{ kind: 'truncated' }])
    expect(await client.answer()).toMatchObject({ status: 400 })
  })

  test('byte by byte', async () => {
    await running()
    const client = await runtime.connect()
    for (const byte of post(`invocation/${ID}/response`, '"slow"')) {
      client.write(byte)
      await new Promise(resolve => setImmediate(resolve))
    }
    expect((await client.answer()).status).toBe(202)
    expect(runtime.answers).toMatchObject([{ kind: 'response', body: Buffer.from('"slow"') }])
  })

  test('chunked, with an extension and a trailer', async () => {
    await running()
    const client = await runtime.connect()
    client.write(`POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
    client.write('3;some=extension\r\n"ch\r\n')
    client.write('6\r\nunked"\r\n0\r\nX-Trailer: 1\r\n\r\n')
    expect((await client.answer()).status).toBe(202)
    expect(runtime.answers).toMatchObject([{ body: Buffer.from('"chunked"') }])
  })

  test('a stream that ended in an error: its trailers are the error', async () => {
    await running()
    const error = '{"errorType":"RangeError","errorMessage":"midway","trace":[]}'
    const head = ['Host: x', 'Transfer-Encoding: chunked', 'Lambda-Runtime-Function-Response-Mode: streaming']
    const trailers = [
      'Lambda-Runtime-Function-Error-Type: RangeError',
      `Lambda-Runtime-Function-Error-Body: ${Buffer.from(error).toString('base64')}`,
    ]
    await runtime.request(
      `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\n${head.join('\r\n')}\r\n` +
        `Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n5\r\nbegun\r\n0\r\n${trailers.join('\r\n')}\r\n\r\n`,
    )
    expect(runtime.answers).toMatchObject([{ kind: 'error', body: Buffer.from(error) }])
  })

  test('Expect: 100-continue', async () => {
    await running()
    const client = await runtime.connect()
    const [head = '', body = ''] = post(`invocation/${ID}/response`, '"asked"', ['Expect: 100-continue']).split('\r\n\r\n')
    client.write(`${head}\r\n\r\n`)
    expect((await client.answer()).status).toBe(100)
    client.write(body)
    expect((await client.answer()).status).toBe(202)
  })

  test('pipelining: an answer and the next poll in one packet, again and again', async () => {
    const client = await running()
    const ids = Array.from({ length: 20 }, (_, n) => `${ID.slice(0, -2)}${String(n).padStart(2, '0')}`)
    let id = ID
    for (const next of ids) {
      client.write(post(`invocation/${id}/response`, `"${id}"`) + NEXT)
      expect((await client.answer()).status).toBe(202)
      await eventually(() => runtime.told.at(-1) === 'ready')
      runtime.deliver(next)
      expect((await client.answer()).headers['lambda-runtime-aws-request-id']).toBe(next)
      id = next
    }
    expect(runtime.answers.length).toBe(20)
  })

  test.each([
    ['rubbish', '\x01\x02\x03 no HTTP at all \r\n\r\n'],
    ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex')],
    [
      'a length that is no number',
      `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n`,
    ],
    [
      'two lengths',
      `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    ],
  ])('%s: 400, and others are served as before', async (_what, bytes) => {
    await running()
    const client = await runtime.connect()
    client.write(bytes)
    expect((await client.answer()).status).toBe(400)
    await client.closed()
    expect((await runtime.request(post(`invocation/${ID}/response`, '1'))).status).toBe(202)
  })

  test('a chunk size that is no number, midway in an answer: it is truncated, and what comes next is 400', async () => {
    await running()
    const client = await runtime.connect()
    client.write(
      `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n`,
    )
    await client.closed()
    await eventually(() => runtime.answers.length === 1)
    expect(runtime.answers).toEqual([{ kind: 'truncated' }])
  })

  test('headers of 100 KB are taken, as the X-Ray cause may be 64 KiB', async () => {
    await running()
    const cause = `Lambda-Runtime-Function-XRay-Error-Cause: ${'c'.repeat(100_000)}`
    expect((await runtime.request(post(`invocation/${ID}/error`, '{}', [cause]))).status).toBe(202)
  })

  test('headers of 2 MB are refused', async () => {
    await running()
    const client = await runtime.connect()
    client.write(post(`invocation/${ID}/error`, '{}', [`X: ${'c'.repeat(2_000_000)}`]))
    await client.closed()
    expect(runtime.answers).toEqual([])
    expect((await runtime.request(post(`invocation/${ID}/error`, '{}'))).status).toBe(202)
  })

  test('who goes on sending while its poll waits is not read on', async () => {
    const client = await runtime.connect()
    client.write(NEXT)
    await eventually(() => runtime.told.includes('ready'))
    client.write(Buffer.alloc(32 * 1024 * 1024, 'rubbish '))
    await sleep(100)
    expect(client.socket.writableLength).toBeGreaterThan(16 * 1024 * 1024)
    runtime.deliver(ID)
    expect((await client.answer()).headers['lambda-runtime-aws-request-id']).toBe(ID)
    expect((await client.answer()).status).toBe(400)
    expect((await runtime.request(post(`invocation/${ID}/response`, '1'))).status).toBe(202)
  })

  test('a poll whose client is gone before the event: the event goes to the next poll', async () => {
    const gone = await runtime.connect()
    gone.write(NEXT)
    await eventually(() => runtime.told.length === 1)
    gone.socket.destroy()
    await sleep(20)
    runtime.deliver(ID)
    expect((await runtime.request(NEXT)).headers['lambda-runtime-aws-request-id']).toBe(ID)
  })
})
