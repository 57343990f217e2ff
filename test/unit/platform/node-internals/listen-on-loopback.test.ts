import { once } from 'node:events'
import { type AddressInfo, connect, createServer, Server, Socket } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { listenOnLoopback } from '../../../../src/platform/node-internals/listen-on-loopback.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

async function expectToServe(server: Server, port: number): Promise<void> {
  onTestFinished(() => void server.close())
  expect(server.address()).toEqual({ address: '127.0.0.1', family: 'IPv4', port } satisfies AddressInfo)
  const accepted = once(server, 'connection')
  const client = connect(port, '127.0.0.1')
  await accepted
  client.destroy()
}

test('a server listens on a handle that is bound already (seen on Node 22.12, 24.21 and 26.12)', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen')
  const server = createServer(socket => socket.destroy())
  await expectToServe(server, await listenOnLoopback(server))
  expect(listen.mock.calls[0]?.[0], `A socket of Node ${process.version} has no TCP in _handle any more`).toBeTypeOf('object')
})

test("without such a handle, a server listens in Node's own way", async () => {
  vi.spyOn(Socket.prototype, 'connect').mockReturnThis()
  const server = createServer(socket => socket.destroy())
  const port = await listenOnLoopback(server)
  vi.restoreAllMocks()
  await expectToServe(server, port)
})
