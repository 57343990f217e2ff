import { expect, onTestFinished, test, vi } from 'vitest'
import { launchProbe } from '../support/probe.ts'
import { containerOf, describeEngines } from './support/describe-engines.ts'

const ID = 'c1a5'.repeat(8)

// Ids are random, and this test has to know one before its container exists.
vi.mock(import('../../src/reaper/session.ts'), async original => ({ ...(await original()), newInstanceId: () => ID }))

await describeEngines('a name that another container has', ({ backend, docker }) => {
  test('is not given to the new container, and the other container is left alone', async () => {
    const name = `lambda-clash-${ID.slice(-12)}`
    const other = await docker.createContainer({ name, Image: 'localhost/lambda-fixtures/static:1', Cmd: ['/nothing'] })
    onTestFinished(() => other.remove({ force: true }))
    const fn = await launchProbe(backend, { functionName: 'clash' })
    expect(await fn({ echo: 1 })).toMatchObject({ echo: 1 })
    expect((await (await containerOf(docker, ID)).inspect()).Name).not.toBe(`/${name}`)
    await fn.terminate()
    expect((await other.inspect()).State.Status).toBe('created')
  })
})
