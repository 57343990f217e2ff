import type { Socket } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually, ListeningApi, NEXT, post, RawClient } from './raw-client.ts'

const ID = '8f5c8d2e-0d0a-4b3c-9a51-6f0d6a0c1b11'
const OTHER = '11111111-2222-4333-8444-555555555555'
const LIMIT = 6_291_556

let runtime: ListeningApi
beforeEach(async () => {
  runtime = await ListeningApi.open()
})
afterEach(() => runtime.api.reset())

/** A client that was handed an event. */
const running = (payload?: string): Promise<RawClient> => runtime.running(ID, payload)

describe('routes', () => {
  test.each([
    ['GET /2018-06-01/ping', 200, 'pong'],
    ['POST /2018-06-01/ping', 405, ''],
    ['GET /2018-06-01/runtime/invocation/next/', 404, '404 page not found\n'],
    ['GET /', 404, '404 page not found\n'],
    ['POST /2018-06-01/runtime/invocation/next', 405, ''],
    [`GET /2018-06-01/runtime/invocation/${ID}/response`, 405, ''],
    [`POST /2018-06-01/runtime/invocation/${ID}/elsewhere`, 404, '404 page not found\n'],
    ['PUT /2020-08-15/logs', 202, '{"errorMessage":"Logs API is not supported","errorType":"Logs.NotSupported"}\n'],
  ])('%s', async (line, status, body) => {
    const answer = await runtime.request(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    expect(answer).toMatchObject({ status, body })
  })

  test('a query is no part of the path', async () => {
    expect(await runtime.request('GET /2018-06-01/ping?x=1 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatchObject({
      status: 200,
      body: 'pong',
    })
  })
})

describe('/next', () => {
  test('waits for an event, and gives its headers and its bytes', async () => {
    const client = await runtime.connect()
    client.write(NEXT)
    await eventually(() => runtime.told.includes('ready'))
    runtime.deliver(ID, '{"ä":1}', ['Lambda-Runtime-Deadline-Ms', '1700000000000'])
    const answer = await client.answer()
    expect(answer).toMatchObject({ status: 200, body: '{"ä":1}' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '8',
      'lambda-runtime-aws-request-id': ID,
      'lambda-runtime-deadline-ms': '1700000000000',
    })
  })

  test('an event that was there before the poll is given at once', async () => {
    runtime.deliver(ID)
    expect((await runtime.request(NEXT)).headers['lambda-runtime-aws-request-id']).toBe(ID)
  })

  test('twice while an event is unanswered: the same event', async () => {
    const client = await running('{"n":1}')
    client.write(NEXT)
    expect(await client.answer()).toMatchObject({ status: 200, body: '{"n":1}' })
    expect(await runtime.request(NEXT)).toMatchObject({ status: 200, body: '{"n":1}' })
  })

  test('two polls before an event: the later one gets it, and one that is gone gets nothing', async () => {
    const first = await runtime.connect()
    first.write(NEXT)
    await eventually(() => runtime.told.length === 1)
    const second = await runtime.connect()
    second.write(NEXT)
    await eventually(() => runtime.told.length === 2)
    second.socket.destroy()
    await sleep(20)
    runtime.deliver(ID)
    expect((await first.answer()).headers['lambda-runtime-aws-request-id']).toBe(ID)
  })

  test('after an init error: 403', async () => {
    await runtime.request(post('init/error', '{}'))
    expect(await runtime.request(NEXT)).toMatchObject({
      status: 403,
      body: '{"errorMessage":"State transition from InitError to Ready failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n',
    })
  })
})

describe('answers', () => {
  test.each(['response', 'error'] as const)('/%s: 202, JSON, a newline at the end', async kind => {
    await running()
    const answer = await runtime.request(post(`invocation/${ID}/${kind}`, '"done"'))
    expect(answer).toMatchObject({ status: 202, body: '{"status":"OK"}\n' })
    expect(answer.headers['content-type']).toBe('application/json')
    expect(runtime.answers).toEqual([{ kind, body: Buffer.from('"done"'), contentType: 'application/json' }])
  })

  test('another id, or none to answer: 400', async () => {
    const invalid = { status: 400, body: '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n' }
    expect(await runtime.request(post(`invocation/${ID}/response`, '1'))).toMatchObject(invalid)
    await running()
    expect(await runtime.request(post(`invocation/${OTHER}/response`, '1'))).toMatchObject(invalid)
    expect(await runtime.request(post(`invocation/${OTHER}/error`, '1'))).toMatchObject(invalid)
    expect(runtime.answers).toEqual([])
  })

  test.each([
    ['response', 'InvocationResponse'],
    ['error', 'InvocationErrorResponse'],
  ])('a second answer, by /%s: 403', async (kind, target) => {
    await running()
    await runtime.request(post(`invocation/${ID}/response`, '1'))
    expect(await runtime.request(post(`invocation/${ID}/${kind}`, '2'))).toMatchObject({
      status: 403,
      body: `{"errorMessage":"State transition from RuntimeResponseSentState to ${target} failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n`,
    })
    expect(runtime.answers.length).toBe(1)
  })

  test('a second answer after the next poll: 400', async () => {
    const client = await running()
    client.write(post(`invocation/${ID}/response`, '1'))
    await client.answer()
    client.write(NEXT)
    await eventually(() => runtime.told.filter(each => each === 'ready').length === 2)
    expect((await runtime.request(post(`invocation/${ID}/response`, '2'))).status).toBe(400)
  })

  test('an init error after the first poll: 403', async () => {
    await running()
    expect(await runtime.request(post('init/error', '{}'))).toMatchObject({
      status: 403,
      body: '{"errorMessage":"State transition from Running to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n',
    })
  })

  test('an init error is told with its body and type', async () => {
    const answer = await runtime.request(
      post('init/error', '{"errorType":"X"}', ['Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError']),
    )
    expect(answer.status).toBe(202)
    expect(runtime.initErrors).toEqual([{ body: '{"errorType":"X"}', errorType: 'Runtime.ImportModuleError' }])
  })

  test('a response mode other than streaming: 400', async () => {
    await running()
    const answer = await runtime.request(
      post(`invocation/${ID}/response`, '1', ['Lambda-Runtime-Function-Response-Mode: STREAMING']),
    )
    expect(answer).toMatchObject({
      status: 400,
      body: '{"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}\n',
    })
    expect(runtime.answers).toEqual([{ kind: 'invalidMode' }])
  })

  test('6,291,556 bytes are taken', async () => {
    await running()
    expect((await runtime.request(post(`invocation/${ID}/response`, 'x'.repeat(LIMIT)))).status).toBe(202)
    expect((runtime.answers[0] as { body: Buffer }).body.length).toBe(LIMIT)
  })

  test('6,291,557 bytes: 413, then an error: 403, then the next poll waits', async () => {
    const client = await running()
    client.write(post(`invocation/${ID}/response`, 'x'.repeat(LIMIT + 1)))
    expect(await client.answer()).toMatchObject({
      status: 413,
      body: '{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}\n',
    })
    expect(runtime.answers).toEqual([{ kind: 'tooLarge' }])
    client.write(post(`invocation/${ID}/error`, '{}'))
    expect((await client.answer()).status).toBe(403)
    client.write(NEXT)
    await eventually(() => runtime.told.filter(each => each === 'ready').length === 2)
    runtime.deliver(OTHER)
    expect((await client.answer()).headers['lambda-runtime-aws-request-id']).toBe(OTHER)
  })
})

describe('reset', () => {
  test('closes connections, forgets the event, and begins anew', async () => {
    const client = await running()
    runtime.api.reset()
    await client.closed()
    expect((await runtime.request(post(`invocation/${ID}/response`, '1'))).status).toBe(400)
    expect((await runtime.request(post('init/error', '{}'))).status).toBe(202)
  })

  test('an answer that was being read when it came is nobody’s', async () => {
    await running()
    const client = await runtime.connect()
    client.write(post(`invocation/${ID}/response`, 'x'.repeat(1000)).slice(0, -500))
    await sleep(20)
    runtime.api.reset()
    await client.closed()
    const next = await runtime.connect()
    next.write(NEXT)
    runtime.deliver(OTHER)
    expect((await next.answer()).headers['lambda-runtime-aws-request-id']).toBe(OTHER)
    expect(runtime.answers).toEqual([])
  })
})

describe('a connection at whose far end answers can be acknowledged', () => {
  /** A runtime's end and ours of such a connection, which acknowledges as it is told. */
  function connection(acknowledges: boolean): { ours: Duplex; runtime: RawClient; expected: { id: string; receipt: string }[] } {
    const [ours, theirs] = duplexPair()
    const expected: { id: string; receipt: string }[] = []
    Object.assign(ours, {
      expectAnswer: (id: string, receipt: Buffer) => expected.push({ id, receipt: String(receipt) }),
      takeReceipt: () => acknowledges,
    })
    return { ours, runtime: new RawClient(theirs as Socket), expected }
  }

  test.each([true, false])('is told what to expect; an answer has one receipt (there: %s)', async acknowledges => {
    const { ours, runtime: client, expected } = connection(acknowledges)
    runtime.api.accept(ours)
    for (const id of [ID, OTHER]) {
      client.write(NEXT)
      await eventually(() => runtime.told.filter(each => each === 'ready').length === expected.length + 1)
      runtime.deliver(id)
      expect((await client.answer()).status).toBe(200)
      client.write(post(`invocation/${id}/response`, '"an answer"'))
      if (!acknowledges) expect((await client.answer()).status).toBe(202)
      await eventually(() => runtime.answers.length === expected.length)
    }
    expect(runtime.answers).toMatchObject([{ kind: 'response' }, { kind: 'response' }])
    expect(expected.map(({ id }) => id)).toEqual([ID, OTHER])
    // As it is said without a far end that can.
    expect(expected[0]?.receipt).toBe(
      'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n',
    )
  })

  test('an answer that breaks off is acknowledged by nobody there: 400', async () => {
    const { ours, runtime: client } = connection(true)
    runtime.api.accept(ours)
    client.write(NEXT)
    await eventually(() => runtime.told.includes('ready'))
    runtime.deliver(ID)
    await client.answer()
    client.write(post(`invocation/${ID}/response`, '"an answer"').slice(0, -3))
    client.socket.end()
    expect((await client.answer()).status).toBe(400)
    expect(runtime.answers).toEqual([{ kind: 'truncated' }])
  })
})
