import { existsSync, readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { launch } from '../../src/index.ts'
import { findProcesses } from '../../src/reaper/processes/find-processes.ts'
import { currentSession } from '../../src/reaper/session.ts'

// `LAMBDA_FIXTURES_SOAK=1` is the whole size, which CI runs; without it a twentieth, so that every run of the tests tries it.
const scale = process.env.LAMBDA_FIXTURES_SOAK === '1' ? 1 : 0.05
const INVOCATIONS = 100_000 * scale
const LAUNCHES = 2_000 * scale

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const echo = {
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  code: { 'index.js': 'exports.handler = async event => event' },
  backend: 'process',
} as const

/** What a leak would show in. */
async function holdings() {
  // Handles that were closed are let go of in the next turns of the loop.
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
  collect()
  const { folder, id } = currentSession()
  const instances = `${folder}/instances`
  return {
    heapMb: process.memoryUsage().heapUsed / 1_048_576,
    rssMb: process.memoryUsage().rss / 1_048_576,
    files: readdirSync('/proc/self/fd').length,
    processes: findProcesses({ sessionId: id }).length,
    instances: existsSync(instances) ? readdirSync(instances).length : 0,
  }
}

test(`${INVOCATIONS} invocations of one function leave everything as it was`, { timeout: 600_000 }, async () => {
  await using fn = await launch(echo)
  const run = async (count: number) => {
    for (let index = 0; index < count; index++) await fn({ index })
  }
  // Until the log that is kept has its full length, and the code that runs most is compiled.
  await run(Math.max(8_000, INVOCATIONS / 4))
  const before = await holdings()
  await run(INVOCATIONS)
  const after = await holdings()
  expect(after).toEqual({ ...before, heapMb: expect.any(Number), rssMb: expect.any(Number) })
  expect(after.heapMb - before.heapMb).toBeLessThan(3)
  expect(after.rssMb - before.rssMb).toBeLessThan(40)
})

test(`${LAUNCHES} launches and terminations leave everything as it was`, { timeout: 900_000 }, async () => {
  const run = async (count: number) => {
    for (let index = 0; index < count; index += 4) {
      await Promise.all(
        [1, 2, 3, 4].map(async () => {
          await using fn = await launch(echo)
          await fn({ index })
        }),
      )
    }
  }
  await run(20)
  const before = await holdings()
  await run(LAUNCHES)
  const after = await holdings()
  expect(after).toEqual({ ...before, heapMb: expect.any(Number), rssMb: expect.any(Number) })
  expect(after.heapMb - before.heapMb).toBeLessThan(5)
  expect(after.rssMb - before.rssMb).toBeLessThan(60)
})
