import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Docker from 'dockerode'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { engineOf, keepRequestsPristine } from '../../../../src/platform/node-internals/docker-modem.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test("a client makes its requests with Node's own request function (seen with docker-modem 5.0)", async () => {
  const engine = http.createServer((_request, response) => response.end('OK')).listen(0, '127.0.0.1')
  onTestFinished(() => void engine.close())
  await once(engine, 'listening')
  const { port } = engine.address() as AddressInfo
  const client = new Docker({ protocol: 'http', host: '127.0.0.1', port })
  keepRequestsPristine(client)
  vi.spyOn(http, 'request').mockImplementation(() => {
    throw new Error('docker-modem makes its requests elsewhere than in buildRequest, so they are intercepted')
  })
  expect(String(await client.ping())).toBe('OK')
})

test('a client names its engine', () => {
  expect(engineOf(new Docker({ protocol: 'http', host: 'http://docker.test', port: 2375 }))).toBe('docker.test:2375')
  expect(engineOf(new Docker({ socketPath: '/run/docker.sock' }))).toBe('/run/docker.sock')
})
