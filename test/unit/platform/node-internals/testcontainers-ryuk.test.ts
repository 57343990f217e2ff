import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { isTestcontainersLoaded, whenRyukEnds } from '../../../../src/platform/node-internals/testcontainers-ryuk.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('Testcontainers is found once it is loaded (seen with 12.2)', async () => {
  expect(isTestcontainersLoaded()).toBe(false)
  await import('testcontainers')
  expect(isTestcontainersLoaded(), 'Testcontainers is loaded from another file than build/index.js').toBe(true)
})

test("the end of Ryuk's connection is noticed (seen with Testcontainers 12.2)", async () => {
  vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', undefined)
  const { getReaper } = await import('testcontainers')
  const ryuk = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void ryuk.close())
  await once(ryuk, 'listening')
  const { port } = ryuk.address() as AddressInfo
  const container = {
    State: 'running',
    Labels: { 'org.testcontainers.ryuk': 'true', 'org.testcontainers.session-id': 'a-session' },
    Ports: [{ PrivatePort: 8080, PublicPort: port }],
  }
  const client = { container: { list: async () => [container] }, info: { containerRuntime: { host: '127.0.0.1' } } }
  const connected = once(ryuk, 'connection') as Promise<[Socket]>
  const reaper = await getReaper(client as unknown as Parameters<typeof getReaper>[0])
  expect(reaper, "Testcontainers' reaper has no socket any more").toHaveProperty('socket')
  const ended = new Promise<void>(resolve => whenRyukEnds(reaper, resolve))
  const [connection] = await connected
  connection.end()
  await ended
})
