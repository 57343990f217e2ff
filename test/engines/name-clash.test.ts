import { expect, onTestFinished, test, vi } from 'vitest'
import { containerOf, describeEngines } from './engines.ts'
import { launchProbe } from './probe.ts'

const ID = 'c1a5'.repeat(8)

// Ids are random; only a known one lets somebody else be first.
vi.mock(import('../../src/reaper/session.ts'), async original => ({ ...(await original()), newInstanceId: () => ID }))

await describeEngines('a name that somebody else has', ({ backend, docker }) => {
  test('the container gets another one, and the other’s is left alone', async () => {
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
