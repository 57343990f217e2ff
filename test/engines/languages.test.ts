import { join } from 'node:path'
import { expect, test } from 'vitest'
import { absent } from '../support/absent.ts'
import { launchProbe } from '../support/probe.ts'
import { describeEngines } from './support/describe-engines.ts'

/** The folder that test/images/build.sh builds and prints. */
const folder = process.env.LAMBDA_FIXTURES_TEST_FUNCTIONS

await describeEngines('runtimes', ({ backend }) => {
  if (folder === undefined) {
    const reason = 'LAMBDA_FIXTURES_TEST_FUNCTIONS is not set; see test/images/build.sh'
    return absent('the folder of functions in all languages', reason, backend)
  }
  test.each([
    ['nodejs', 'nodejs24.x', 'app.handler'],
    ['python', 'python3.11', 'app.handler'],
    ['java', 'java17', 'fn.Handler::handleRequest'],
    ['bash', 'provided.al2023', undefined],
    ['go', 'provided.al2023', undefined],
    ['rust', 'provided.al2023', undefined],
  ])('%s on %s answers, logs, fails, times out and is reset', async (language, runtime, handler) => {
    const code = join(folder, language)
    await using fn = await launchProbe(backend, { functionName: language, runtime, handler, code, memorySize: 512, timeout: 5 })
    const first = await fn.invoke({ log: 'said by it', a: [1, 'ü'] })
    expect(first.payload).toMatchObject({ event: { a: [1, 'ü'] }, requestId: first.requestId, calls: 1 })
    expect(first.logs.some(({ raw, source }) => source === 'function' && raw.includes('said by it'))).toBe(true)
    expect((await fn.invoke({})).payload).toMatchObject({ calls: 2 })
    expect((await fn.invoke({ throw: 'no good' })).error).toMatchObject({ reason: 'error', errorMessage: 'no good' })
    expect((await fn.invoke({ exit: 3 })).error).toMatchObject({ reason: 'exit' })
    expect((await fn.invoke({ sleep: 30_000 })).error?.reason).toBe('timeout')
    expect((await fn.invoke({})).payload).toMatchObject({ calls: 1 })
    expect(fn.instances).toHaveLength(1)
  })
})
