import { expect, test } from 'vitest'
import { containerEnder } from '../../../../../src/reaper/watchdog/enders/container-ender.ts'
import { httpDouble } from './fixtures/http-double.ts'

const resource = (port: number) =>
  ({ kind: 'container', engine: { host: '127.0.0.1', port }, labels: { a: '1', b: '2' } }) as const

test('removes containers with their volumes, then networks and volumes, and never Ryuk', async () => {
  const engine = await httpDouble(({ method, url }) => {
    if (method === 'DELETE') return [204, '']
    if (url!.startsWith('/containers'))
      return [200, [{ Id: 'c1' }, { Id: 'ryuk', Labels: { 'org.testcontainers.ryuk': 'true' } }]]
    if (url!.startsWith('/networks')) return [200, [{ Id: 'n1' }]]
    return [200, { Volumes: [{ Name: 'v1' }] }]
  })
  expect(await containerEnder.end(resource(engine.port))).toEqual([
    'removed container c1',
    'removed network n1',
    'removed volume v1',
  ])
  expect(engine.requests).toEqual([
    'GET /containers/json?all=1&filters={"label":["a=1","b=2"]}',
    'GET /networks?filters={"label":["a=1","b=2"]}',
    'GET /volumes?filters={"label":["a=1","b=2"]}',
    'DELETE /containers/c1?force=1&v=1',
    'DELETE /networks/n1',
    'DELETE /volumes/v1?force=1',
  ])
})

test('rejects when the engine refuses, so that it is tried again', async () => {
  const engine = await httpDouble(({ method }) => (method === 'GET' ? [200, [{ Id: 'c1' }]] : [500, 'busy']))
  await expect(containerEnder.end(resource(engine.port))).rejects.toThrow(
    'DELETE /containers/c1?force=1&v=1 answered 500: "busy"',
  )
})

test('refuses labels that would match everything', () => {
  const engine = { socketPath: '/run/docker.sock' }
  expect(containerEnder.refusal!({ kind: 'container', engine, labels: { a: '1' } })).toBeUndefined()
  for (const labels of [{}, { a: '' }, { '': '1' }] as Record<string, string>[])
    expect(containerEnder.refusal!({ kind: 'container', engine, labels })).toBe('a container needs labels, each with a value')
})
