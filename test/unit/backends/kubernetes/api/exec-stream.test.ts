import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { ApiError } from '../../../../../src/backends/kubernetes/api/api-error.ts'
import { openExecStream } from '../../../../../src/backends/kubernetes/api/exec-stream.ts'
import { type ApiCall, ApiServerDouble } from '../../../../support/api-server-double.ts'
import { elapse, reset } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))

const PATH = '/api/v1/namespaces/tests/pods/orders/exec'
const [STDIN, STDOUT, STDERR, STATUS] = [0, 1, 2, 3]

let server: ApiServerDouble
let remote: WebSocket
let received: Buffer[]
beforeEach(async () => {
  reset()
  received = []
  server = await ApiServerDouble.start()
  server.onExec = socket => {
    remote = socket
    socket.on('message', data => received.push(data as Buffer))
  }
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

const open = (): Promise<Duplex> =>
  openExecStream(server.api, { namespace: 'tests', pod: 'orders', container: 'function', command: ['/lf/init', '-x', 'id'] })

const send = (channel: number, text: string): void => remote.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]))

test('asks for stdin and stdout of the command, with the protocol of the kubelet', async () => {
  const stream = await open()
  const { query, token }: ApiCall = await server.called('GET', PATH)
  expect(query.toString()).toBe('container=function&command=%2Flf%2Finit&command=-x&command=id&stdin=true&stdout=true')
  expect(token).toBe('first')
  expect(remote.protocol).toBe('v4.channel.k8s.io')
  stream.destroy()
})

test('reads stdout and writes stdin', async () => {
  const stream = await open()
  send(STDOUT, 'from ')
  send(STDERR, 'not this')
  send(STDOUT, 'the pod')
  let text = ''
  stream.on('data', chunk => {
    text += chunk
  })
  while (text !== 'from the pod') await once(stream, 'data')
  stream.write('to the pod')
  await once(remote, 'message')
  expect(received).toEqual([Buffer.from('\0to the pod')])
  stream.destroy()
})

test('joins chunks to messages of up to 128 KiB', async () => {
  const stream = await open()
  stream.cork()
  for (let i = 0; i < 5; i++) stream.write(Buffer.alloc(50 * 1024, i))
  stream.uncork()
  while (received.length < 3) await once(remote, 'message')
  expect(received.map(({ length }) => length - 1)).toEqual([100 * 1024, 100 * 1024, 50 * 1024])
  expect(Buffer.concat(received.map(message => message.subarray(1)))).toEqual(
    Buffer.concat([0, 1, 2, 3, 4].map(i => Buffer.alloc(50 * 1024, i))),
  )
  expect(received.every(([channel]) => channel === STDIN)).toBe(true)
  stream.destroy()
})

test('stops receiving while nobody reads, and loses nothing', async () => {
  const stream = await open()
  const chunk = 'x'.repeat(60_000)
  for (let i = 0; i < 100; i++) send(STDOUT, chunk)
  // The other direction still works. Meanwhile all of it could have arrived.
  for (let i = 0; i < 200; i++) {
    stream.write('x')
    await once(remote, 'message')
  }
  expect(stream.readableLength).toBeLessThan(1_000_000)
  let length = 0
  stream.on('data', data => {
    length += data.length
  })
  while (length < 6_000_000) await once(stream, 'data')
  expect(length).toBe(6_000_000)
  stream.destroy()
})

test('ends when the command has succeeded', async () => {
  const stream = await open()
  send(STDOUT, 'last words')
  send(STATUS, JSON.stringify({ status: 'Success' }))
  expect(await stream.toArray()).toEqual([Buffer.from('last words')])
})

test.each([
  [JSON.stringify({ status: 'Failure', message: 'container not found ("function")' }), 'container not found ("function")'],
  ['{}', 'The command in the pod failed.'],
])('fails with the message of the status %s', async (status, message) => {
  const stream = await open()
  send(STATUS, status)
  await expect(once(stream, 'close')).rejects.toThrow(message)
})

test('may fail when nobody listens', async () => {
  await open()
  const closed = once(remote, 'close')
  send(STATUS, '{}')
  await closed
})

test('closes without an error when the connection ends', async () => {
  const stream = await open()
  const closed = once(stream, 'close')
  remote.terminate()
  await closed
  expect(stream.destroyed).toBe(true)
  stream.write('too late')
})

test('ends the connection at once when it is destroyed', async () => {
  const stream = await open()
  const closed = once(remote, 'close')
  stream.destroy()
  expect(await closed).toEqual([1006, Buffer.alloc(0)])
})

test('rejects with the answer of a server that refuses', async () => {
  server.refuse = () => ({ status: 404, reason: 'NotFound', message: 'pods "orders" not found' })
  const error = await open().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ status: 404, reason: 'NotFound', message: 'pods "orders" not found' })
})

test('reads the credentials again when the server refuses them, and tries once more', async () => {
  server.token = 'second'
  server.refuse = ({ token }) => (token === 'second' ? undefined : { status: 401 })
  const opening = open()
  await elapse(1_000)
  const stream = await opening
  expect((await server.called('GET', PATH)).token).toBe('first')
  expect((await server.called('GET', PATH)).token).toBe('second')
  stream.destroy()
})
