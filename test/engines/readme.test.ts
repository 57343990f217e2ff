import { expect, test } from 'vitest'
import { lambda } from '../../src/vitest.ts'
import { describeEngines } from './support/describe-engines.ts'

type handler = (event: { id: string }) => Promise<{ id: string; mode: string }>
declare const handler: handler

// The example names no backend, and docker is the first that can build an image.
await describeEngines('the README’s example', () => {
  const orders = lambda<typeof handler>({
    image: { context: './fixtures/orders', target: 'lambda', buildArgs: { NODE_ENV: 'test' } },
  })

  test('builds a Dockerfile', async () => {
    expect(await orders({ id: 'a1' })).toEqual({ id: 'a1', mode: 'test' })
    expect([orders.functionName, orders.backend]).toEqual(['orders', 'docker'])
  })
}, ['docker'])
