import { expect, test } from 'vitest'
import { leaseEnder } from '../../../../../src/reaper/watchdog/enders/lease-ender.ts'
import { httpDouble } from './fixtures/http-double.ts'

test('deletes the lease with the credentials of its registration, and accepts that it is gone', async () => {
  let status = 200
  let authorization: string | undefined
  const cluster = await httpDouble(request => {
    authorization = request.headers.authorization
    return [status, {}]
  })
  const server = `http://127.0.0.1:${cluster.port}`
  const resource = { kind: 'lease', cluster: { server, token: 't' }, namespace: 'ns', name: 'l1' } as const
  expect(await leaseEnder.end(resource)).toEqual(['removed lease ns/l1'])
  expect(authorization).toBe('Bearer t')
  expect(cluster.requests).toEqual(['DELETE /apis/coordination.k8s.io/v1/namespaces/ns/leases/l1?propagationPolicy=Background'])
  status = 404
  expect(await leaseEnder.end(resource)).toEqual([])
  status = 500
  await expect(leaseEnder.end(resource)).rejects.toThrow('DELETE lease ns/l1 answered 500: {}')
})
