import { expect, test } from 'vitest'
import { describeEngines } from './engines.ts'
import { launchProbe } from './probe.ts'

await describeEngines('names of containers', ({ backend, docker }) => {
  test('tell the function, each of many that start at once', async () => {
    const functions = await Promise.all(Array.from({ length: 8 }, () => launchProbe(backend, { functionName: 'named' })))
    const containers = await docker.listContainers()
    const names = containers.flatMap(({ Names }) => Names).filter(name => name.startsWith('/lambda-named-'))
    expect(new Set(names).size).toBe(functions.length)
    await Promise.all(functions.map(fn => fn.terminate()))
  })
})
