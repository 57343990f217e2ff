import { expect, test } from 'vitest'
import { FrameType } from '../../../../src/backends/init/tunnel/frames.ts'
import type { Tunnel } from '../../../../src/backends/init/tunnel/tunnel.ts'
import { TunnelConnection } from '../../../../src/backends/init/tunnel-connection.ts'
import { RuntimeApi } from '../../../../src/emulator/runtime-api/runtime-api.ts'
import type { RuntimeAnswer } from '../../../../src/emulator/runtime-api/runtime-requests.ts'

const ID = '8f5c8d2e-0d0a-4b3c-9a51-6f0d6a0c1b11'
const NEXT = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n'
const WINDOW = 1024 * 1024

function open() {
  const answers: RuntimeAnswer[] = []
  let polls = 0
  const api = new RuntimeApi({ ready: () => void polls++, initError: () => {}, answer: answer => void answers.push(answer) })
  const tunnel = { peerWindow: WINDOW, send: () => {} } as unknown as Tunnel
  const connection = new TunnelConnection(tunnel, 1)
  api.accept(connection)
  /** Receives the bytes in pieces, as from an engine's stream: each is overwritten by the next. */
  const receive = async (bytes: Buffer, size: number): Promise<void> => {
    const buffer = Buffer.alloc(size)
    for (let at = 0; at < bytes.length; at += size) {
      const length = bytes.copy(buffer, 0, at, at + size)
      connection.received(buffer.subarray(0, length))
      if (at % 5 === 0) await new Promise(setImmediate)
    }
    await new Promise(setImmediate)
  }
  return { api, answers, connection, receive, polls: () => polls }
}

test.each([7, 64, 1_000, 13_000, 65_536])('receives an answer and the poll after it in pieces of %i bytes', async size => {
  const { api, answers, receive, polls } = open()
  await receive(Buffer.from(NEXT), size)
  for (const length of [0, 1, 100, 70_000]) {
    const body = Buffer.from(Array.from({ length }, (_, index) => index % 251))
    api.deliver({ requestId: ID, payload: Buffer.from('{}'), headers: [] })
    const head = `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`
    await receive(Buffer.concat([Buffer.from(head), body, Buffer.from(NEXT)]), size)
    const answer = answers.pop()
    expect(answer).toMatchObject({ kind: 'response' })
    expect(Buffer.compare((answer as { body: Buffer }).body, body)).toBe(0)
  }
  expect(polls()).toBe(5)
  api.reset()
})

test('delivers bytes that were held back during a poll before those that arrive later', async () => {
  const { api, answers, receive } = open()
  const body = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))
  const head = `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`
  const early = 60_000
  await receive(Buffer.concat([Buffer.from(NEXT + head), body.subarray(0, early)]), 13_000)
  api.deliver({ requestId: ID, payload: Buffer.from('{}'), headers: [] })
  await receive(body.subarray(early), 13_000)
  expect(Buffer.compare((answers.pop() as { body: Buffer }).body, body)).toBe(0)
  api.reset()
})

test('reports an answer that ends within its body as truncated', async () => {
  const { api, answers, connection, receive } = open()
  await receive(Buffer.from(NEXT), 100)
  api.deliver({ requestId: ID, payload: Buffer.from('{}'), headers: [] })
  const head = `POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`
  await receive(Buffer.concat([Buffer.from(head), Buffer.alloc(500)]), 100)
  connection.ended()
  await new Promise(setImmediate)
  expect(answers).toEqual([{ kind: 'truncated' }])
  api.reset()
})

test('grants credit for bytes only once they are read', async () => {
  const granted: number[] = []
  const send = (type: number, _channel: number, payload: Uint8Array): void => {
    if (type === FrameType.credit) granted.push(Buffer.from(payload).readUInt32BE(0))
  }
  const connection = new TunnelConnection({ peerWindow: WINDOW, send } as unknown as Tunnel, 1)
  for (let i = 0; i < 16; i++) connection.received(Buffer.alloc(64 * 1024))
  await new Promise(setImmediate)
  expect(granted).toEqual([])
  connection.resume()
  while (connection.readableLength > 0) await new Promise(setImmediate)
  expect(granted.reduce((sum, bytes) => sum + bytes, 0)).toBe(WINDOW)
})
