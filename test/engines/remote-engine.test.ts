import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { ContainerBackend } from '../../src/backends/engines/container-backend.ts'
import { launchProbe } from '../support/probe.ts'
import { describeEngines } from './support/describe-engines.ts'
import { OwnEngine } from './support/own-engine.ts'

await describeEngines('a daemon that can’t reach this machine', () => {
  let daemon: OwnEngine
  let backend: ContainerBackend
  beforeAll(async () => {
    daemon = await OwnEngine.start({ name: 'docker', images: ['public.ecr.aws/lambda/nodejs:24'], remote: true })
    backend = daemon.backend
  }, 120_000)
  afterAll(() => daemon?.[Symbol.asyncDispose](), 60_000)

  test('runs, logs, times out and resets functions as others do', async () => {
    await using fn = await launchProbe(backend, { timeout: 2, memorySize: 1_769 })
    const result = await fn.invoke({ lines: 20, echo: 'x'.repeat(100_000), write: '/tmp/kept' })
    expect(result.payload.echo).toHaveLength(100_000)
    expect(result.logs.filter(record => record.source === 'function')).toHaveLength(20)
    expect((await fn.invoke({ sleep: 10_000 })).error?.reason).toBe('timeout')
    expect(await fn({ exists: '/tmp/kept' })).toEqual({ calls: 1, exists: true })
  })

  test('lets functions reach services of this machine through the tunnel', async () => {
    const server = createServer((_, response) => response.end('from the host'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`
    await using fn = await launchProbe(backend, { environment: { URL: url }, memorySize: 1_769 })
    expect(await fn({ fetch: url })).toBe('from the host')
  })
}, ['docker'])
