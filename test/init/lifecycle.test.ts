import { expect, test } from 'vitest'
import { TestEnvironment } from './harness.ts'

test('holds the runtime until it is told, then carries invocations', async () => {
  await using environment = new TestEnvironment()
  await environment.sandbox.connect()
  expect(environment.sandbox.ready).toMatchObject({ pid: environment.init.pid })
  const answer = environment.invoke({ do: 'echo', data: 'hello' })
  await environment.sandbox.start()
  expect(await answer).toBe('hello')
  expect(await environment.invoke({ do: 'echo', data: 'x'.repeat(1e6) })).toHaveLength(1e6)
})
