import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect, onTestFinished, vi } from 'vitest'
import { HostPorts } from '../../../../src/backends/init/host-ports.ts'
import { onLinux } from '../../../support/on-linux.ts'

const hidden = vi.hoisted(() => ({ ports: [] as number[] }))
vi.mock(import('../../../../src/platform/listening-ports.ts'), async original => {
  const { listeningPorts } = await original()
  return { listeningPorts: () => new Set([...listeningPorts()].filter(port => !hidden.ports.includes(port))) }
})

async function listen(port = 0, address = '127.0.0.1'): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(socket => socket.destroy()).listen(port, address)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { server, port: (server.address() as AddressInfo).port }
}

async function freePort(): Promise<number> {
  const { server, port } = await listen()
  await new Promise(resolve => server.close(resolve))
  return port
}

function portsOf(...ports: readonly number[]): { readonly host: HostPorts; readonly opened: number[] } {
  const opened: number[] = []
  const host = new HostPorts(ports, async port => void opened.push(port))
  onTestFinished(() => host.unwatch())
  return { host, opened }
}

onLinux('opens the ports that a service listens on, and connects to none of them', async () => {
  const [service, closed] = [await listen(), await freePort()]
  const connected = vi.fn()
  service.server.on('connection', connected)
  const { host, opened } = portsOf(service.port, closed)
  await host.open()
  expect(opened).toEqual([service.port])
  expect(connected).not.toHaveBeenCalled()
})

onLinux('opens a port of which no table tells', async () => {
  const { port } = await listen(0, '::1')
  hidden.ports = [port]
  const { host, opened } = portsOf(port)
  await host.open()
  expect(opened).toEqual([port])
})

onLinux('opens a port as soon as something runs after a service has begun to listen', async () => {
  const port = await freePort()
  const { host, opened } = portsOf(port)
  await host.open()
  await listen(port)
  expect(opened).toEqual([])
  host.watch()
  expect(opened).toEqual([port])
})

onLinux('opens a port while something runs, once a service listens on it', async () => {
  const port = await freePort()
  const seen = Promise.withResolvers<number>()
  const host = new HostPorts([port], async opened => seen.resolve(opened))
  onTestFinished(() => host.unwatch())
  await host.open()
  host.watch()
  await listen(port)
  expect(await seen.promise).toBe(port)
})
