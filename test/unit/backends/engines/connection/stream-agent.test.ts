import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { StreamAgent } from '../../../../../src/backends/engines/connection/stream-agent.ts'
import { takeBytes, type ViewStream } from '../../../../../src/backends/init/tunnel/view-stream.ts'

/** Both ends of a connection that became a stream. The engine sends `early` together with its answer. */
async function upgraded(early: string): Promise<{ stream: ViewStream; peer: Socket }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const peer = once(server, 'upgrade')
  const { port } = server.address() as AddressInfo
  const asking = request({
    port,
    host: '127.0.0.1',
    agent: new StreamAgent(),
    headers: { connection: 'Upgrade', upgrade: 'tcp' },
  })
  const upgrade = once(asking.end(), 'upgrade')
  const socket = (await peer)[1] as Socket
  socket.write(`HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n${early}`)
  const [, stream, head] = (await upgrade) as [unknown, ViewStream, Buffer]
  if (head.length > 0) stream.unshift(head)
  onTestFinished(() => {
    stream.destroy()
    socket.destroy()
    server.close()
  })
  return { stream, peer: socket }
}

test('gives all bytes in order, in one buffer that is used again and again', async () => {
  const { stream, peer } = await upgraded('early ')
  peer.write('before it is read ')
  await new Promise(setImmediate)
  let text = ''
  const buffers = new Set<ArrayBufferLike>()
  const ended = once(stream, 'end')
  takeBytes(stream, view => {
    text += view
    if (text.length > 1_000_000) buffers.add(view.buffer)
    return true
  })
  peer.end('x'.repeat(3_000_000))
  await ended
  expect(text).toBe(`early before it is read ${'x'.repeat(3_000_000)}`)
  expect(buffers.size).toBe(1)
})

test('gives nothing to a listener that has enough until it resumes', async () => {
  const { stream, peer } = await upgraded('')
  const first = Promise.withResolvers<void>()
  let views = 0
  let bytes = 0
  takeBytes(stream, ({ length }) => {
    views++
    bytes += length
    first.resolve()
    return false
  })
  peer.write(Buffer.alloc(1_000_000))
  await first.promise
  await new Promise(setImmediate)
  expect(views).toBe(1)
  while (bytes < 1_000_000) {
    stream.resume()
    await new Promise(setImmediate)
  }
  expect(bytes).toBe(1_000_000)
})
