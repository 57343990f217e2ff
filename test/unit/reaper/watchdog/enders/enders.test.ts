import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { containerEnder } from '../../../../../src/reaper/watchdog/enders/container-ender.ts'
import { leaseEnder } from '../../../../../src/reaper/watchdog/enders/lease-ender.ts'
import { ClientConnection } from '../../../../../src/reaper/watchdog/server/client-connection.ts'

/** A double of an HTTP API: answers by method and path, and keeps what it was asked. */
async function double(answer: (request: IncomingMessage) => [number, unknown]): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${decodeURIComponent(request.url!)}`)
    const [status, body] = answer(request)
    response.writeHead(status).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, asked }
}

test('containers go first and with their volumes, then networks and volumes; never Ryuk', async () => {
  const engine = await double(({ method, url }) => {
    if (method === 'DELETE') return [204, '']
    if (url!.startsWith('/containers'))
      return [200, [{ Id: 'c1' }, { Id: 'ryuk', Labels: { 'org.testcontainers.ryuk': 'true' } }]]
    if (url!.startsWith('/networks')) return [200, [{ Id: 'n1' }]]
    return [200, { Volumes: [{ Name: 'v1' }] }]
  })
  const resource = { kind: 'container', engine: { host: '127.0.0.1', port: engine.port }, labels: { a: '1', b: '2' } } as const
  expect(await containerEnder.end(resource)).toEqual(['removed container c1', 'removed network n1', 'removed volume v1'])
  expect(engine.asked).toEqual([
    'GET /containers/json?all=1&filters={"label":["a=1","b=2"]}',
    'GET /networks?filters={"label":["a=1","b=2"]}',
    'GET /volumes?filters={"label":["a=1","b=2"]}',
    'DELETE /containers/c1?force=1&v=1',
    'DELETE /networks/n1',
    'DELETE /volumes/v1?force=1',
  ])
})

test("an engine's refusal is an error, to be tried again", async () => {
  const engine = await double(({ method }) => (method === 'GET' ? [200, [{ Id: 'c1' }]] : [500, 'busy']))
  const resource = { kind: 'container', engine: { host: '127.0.0.1', port: engine.port }, labels: { a: '1' } } as const
  await expect(containerEnder.end(resource)).rejects.toThrow('DELETE /containers/c1?force=1&v=1 said 500: "busy"')
})

test('a lease is deleted with the credentials handed over, and is gone if it is not there', async () => {
  let status = 200
  let authorization: string | undefined
  const cluster = await double(request => {
    authorization = request.headers.authorization
    return [status, {}]
  })
  const resource = {
    kind: 'lease',
    cluster: { server: `http://127.0.0.1:${cluster.port}`, token: 't' },
    namespace: 'ns',
    name: 'l1',
  } as const
  expect(await leaseEnder.end(resource)).toEqual(['removed lease ns/l1'])
  expect(authorization).toBe('Bearer t')
  expect(cluster.asked).toEqual(['DELETE /apis/coordination.k8s.io/v1/namespaces/ns/leases/l1?propagationPolicy=Background'])
  status = 404
  expect(await leaseEnder.end(resource)).toEqual([])
})

test("Ryuk's lines are understood, and what would match everything or lies elsewhere is refused", () => {
  const client = new ClientConnection()
  expect(client.accept('label=org.testcontainers.session-id=abc&label=x=y')).toBeUndefined()
  expect([...client.held.values()]).toMatchObject([
    { kind: 'container', labels: { 'org.testcontainers.session-id': 'abc', x: 'y' } },
  ])
  const refused = [
    'label=',
    'label=x=',
    'name=x',
    'HOLD {"id":1,"resource":{"kind":"container","engine":{"host":"h"},"labels":{}}}',
    'HOLD {"id":1,"resource":{"kind":"folder","path":"/etc"}}',
    'HOLD {"id":1,"resource":{"kind":"process","instanceId":"1"}}',
    'HOLD {"id":1,"resource":{"kind":"rocket"}}',
    'HOLD nonsense',
  ]
  for (const line of refused) expect(client.accept(line), line).toEqual(expect.any(String))
  expect(client.held.size).toBe(1)
})
