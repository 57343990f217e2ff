import { afterAll, expect, test } from 'vitest'
import { rootIsAbsent } from '../support/as-root.ts'
import { makeCgroup } from './cgroup.ts'
import { TestEnvironment } from './harness.ts'

const cgroup = makeCgroup(128 * 1024 * 1024)
afterAll(() => cgroup?.remove())
const NAME = 'distinguishes a kill because of memory from any other SIGKILL'

test('kills the largest process while something runs, if no cgroup limits the memory', async () => {
  await using environment = await new TestEnvironment({ settings: { memory: 128 * 1024 * 1024 } }).launch()
  expect(await environment.invoke({ do: 'echo', value: 1 })).toBeDefined()
  void environment.invoke({ do: 'hold', megabytes: 400 })
  expect(await environment.exited()).toEqual({ code: null, signal: 'SIGKILL', outOfMemory: true })
  expect(await environment.sandbox.control.memory()).toMatchObject({ oomKills: 1 })
  environment.exits.length = 0
  await environment.sandbox.stop()
  await environment.sandbox.start()
  void environment.invoke({ do: 'kill', signal: 'SIGKILL' })
  expect(await environment.exited()).toEqual({ code: null, signal: 'SIGKILL', outOfMemory: false })
})

test('lets a runtime open 1,024 files, as AWS does', async () => {
  await using environment = await new TestEnvironment().launch()
  expect(String(await environment.invoke({ do: 'limits' }))).toMatch(/^Max open files +1024 +1024 /m)
})

if (cgroup === undefined) {
  rootIsAbsent(NAME, 'root, for a memory cgroup')
} else {
  test(NAME, async () => {
    await using environment = await new TestEnvironment({ wrapper: cgroup.wrapper }).launch()
    expect(await environment.sandbox.control.memory()).toMatchObject({ oomKills: 0, limit: 128 * 1024 * 1024 })
    void environment.invoke({ do: 'kill', signal: 'SIGKILL' })
    expect(await environment.exited()).toEqual({ code: null, signal: 'SIGKILL', outOfMemory: false })
    environment.exits.length = 0
    await environment.sandbox.stop()
    await environment.sandbox.start()
    void environment.invoke({ do: 'hold', megabytes: 400 })
    expect(await environment.exited()).toEqual({ code: null, signal: 'SIGKILL', outOfMemory: true })
    const { oomKills, peak } = await environment.sandbox.control.memory()
    expect(oomKills).toBe(1)
    expect(peak).toBeGreaterThan(100e6)
  })
}
