import { expect, test } from 'vitest'
import { launchProbe } from '../support/probe.ts'
import { describeEngines } from './support/describe-engines.ts'

await describeEngines('container names', ({ backend, docker }) => {
  test('contain the function’s name and differ, also when many containers start at once', async () => {
    const functions = await Promise.all(Array.from({ length: 8 }, () => launchProbe(backend, { functionName: 'named' })))
    const containers = await docker.listContainers()
    const names = containers.flatMap(({ Names }) => Names).filter(name => name.startsWith('/lambda-named-'))
    expect(new Set(names).size).toBe(functions.length)
    await Promise.all(functions.map(fn => fn.terminate()))
  })
})
