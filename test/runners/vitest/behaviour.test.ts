import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { normalised } from '../../support/normalised.ts'
import { createProject, type Project } from '../../support/project.ts'

// Each runs a test runner of its own, which a busy machine slows down.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let project: Project

const handler = `
export const handler = async (e: { qty?: number; wait?: number }) => {
  console.log('received', JSON.stringify(e))
  if (e.wait) await new Promise(r => setTimeout(r, e.wait))
  if (!e.qty) throw new RangeError('qty must be > 0')
  return { total: e.qty * 42, set: (globalThis as any).set }
}`
const head = `import { configure, FunctionError, lambda, launch } from 'lambda-fixtures/vitest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
`

beforeAll(async () => {
  project = await createProject({
    'src/orders.ts': handler,
    'src/slow.ts': "await new Promise(r => setTimeout(r, 1500))\nexport const handler = async () => 'ready'",
    'src/set-up.ts': "Object.assign(globalThis, { set: 'up' })",
    'test/passing/slow-launch.test.ts': `${head}
const slow = lambda({ entry: '../../src/slow.ts' })
test('a launch may take longer than a hook', async () => { expect(await slow()).toBe('ready') })`,
    'test/passing/fixture.test.ts': `${head}
import { test as base } from 'vitest'
const test1 = base.extend('orders', { scope: 'file' }, lambda.fixture({ entry: '../../src/orders.ts' })).extend('own', lambda.fixture({ entry: '../../src/orders.ts', functionName: 'own' }))
const seen = []
test1('one', async ({ orders, own }) => { seen.push(orders, own); expect(await orders({ qty: 1 })).toEqual({ total: 42 }); expect(await own({ qty: 1 })).toEqual({ total: 42 }) })
test1('two', async ({ orders, own }) => { expect(orders).toBe(seen[0]); expect(own).not.toBe(seen[1]); expect(seen[1].instances).toEqual([]); expect(orders.instances).toHaveLength(1) })`,
    'test/passing/helper.ts': `import { lambda } from 'lambda-fixtures/vitest'
export const declare = (name: string) => lambda({ entry: new URL('../../src/orders.ts', import.meta.url), functionName: name, setup: '../../src/set-up.ts' })`,
    'test/passing/helper.test.ts': `${head}
import { declare } from './helper'
const orders = declare('mine')
test('a helper module gives a URL, and setup modules load before the handler', async () => { expect(await orders({ qty: 1 })).toEqual({ total: 42, set: 'up' }) })`,
    'test/passing/instanceof.test.ts': `${head}
import { createRequire } from 'node:module'
import { FunctionError as Core } from 'lambda-fixtures'
const orders = lambda({ entry: '../../src/orders.ts' })
test('errors are known across copies of the package', async () => {
  const { FunctionError: Cjs } = createRequire(import.meta.url)('lambda-fixtures')
  expect(Cjs).not.toBe(FunctionError)
  const error = await orders({}).catch(e => e)
  for (const type of [FunctionError, Core, Cjs]) { expect(error).toBeInstanceOf(type); await expect(orders({})).rejects.toThrow(type) }
})`,
    'test/passing/fake-timers.test.ts': `${head}
import { setupServer } from 'msw/node'
import nock from 'nock'
const server = setupServer()
beforeAll(() => { server.listen({ onUnhandledRequest: 'error' }); nock.disableNetConnect() })
afterAll(() => { server.close(); nock.enableNetConnect(); nock.restore() })
vi.useFakeTimers({ now: 0 })
test('neither fake timers nor msw nor nock reach a launch, an invocation or its end', async () => {
  vi.useFakeTimers({ now: 0 })
  const orders = await launch({ entry: '../../src/orders.ts', timeout: 1 })
  expect(await orders({ qty: 2 })).toEqual({ total: 84 })
  const result = await orders.invoke({ qty: 2, wait: 5000 })
  expect(result).toHaveTimedOut()
  expect(result.logs[0].timestamp.getFullYear()).toBeGreaterThan(2000)
  await expect(orders).toEventuallyLog('received', { since: 'launch' })
  await expect(orders).not.toEventuallyLog('never')
  await orders.restart()
  await using _ = await orders.update({ timeout: 2 })
  await orders.terminate()
})`,
    'test/passing/configure.test.ts': `${head}
const orders = lambda({ code: { 'index.mjs': 'export const handler = async (e, c) => [c.memoryLimitInMB, process.env.FROM]' }, runtime: 'nodejs22.x', handler: 'index.handler' })
test('configure() in a setup file', async () => { expect(await orders({})).toEqual(['256', 'set-up']) })`,
    'test/passing/skipped.test.ts': `${head}
lambda({ entry: '../../src/orders.ts', environment: () => { throw new Error('launched though no test runs') } })
test.skip('skipped', () => {})`,
    'test/passing/concurrent.test.ts': `${head}
const orders = lambda({ entry: '../../src/orders.ts' })
describe.concurrent('at once', () => {
  for (const id of ['a', 'b', 'c']) test(id + ' sees only its own log', async ({ expect }) => { const result = await orders.invoke({ id, qty: 1 }); expect(result).toHaveLogged('"id":"' + id, { times: 1 }); expect(result).not.toHaveLogged('"id":"' + (id === 'a' ? 'b' : 'a')) })
})`,
    'test/set-up.ts':
      "import { configure } from 'lambda-fixtures'\nconfigure({ memorySize: 256, environment: { FROM: 'set-up' } })",
    'test/failing/failing.test.ts': `${head}
const orders = lambda({ entry: '../../src/orders.ts', timeout: 20 })
test('throws', async () => {
  await orders({ qty: 0 })
})
test('asserts', async () => {
  await orders({ qty: 3 })
  expect(await orders({ qty: 2 })).toEqual({ total: 1 })
})
test('hangs', async () => {
  await orders({ qty: 1, wait: 5000 })
}, 400)`,
    'test/failing/lazy.test.ts': `${head}
let db: { url: string }
const orders = lambda({ entry: '../../src/orders.ts', environment: () => ({ DB: db.url }) })
beforeAll(async () => { db = { url: 'x' } })
test('is skipped', async () => { await orders() })`,
    'test/failing/options.test.ts': `${head}
const orders = lambda({ entry: '../src/order.ts', timeout: 5000, environment: { AWS_REGION: 'eu-west-1' } })
test('never runs', async () => { await orders() })`,
    'test/failing/bundle.test.ts': `${head}
const orders = lambda({ entry: '../../src/broken.ts' })
test('is skipped', async () => { await orders() })`,
    'src/broken.ts': "import { nothing } from './nowhere'\nexport const handler = async () => nothing",
    'vitest.config.ts':
      "import { defineConfig } from 'vitest/config'\nexport default defineConfig({ test: { setupFiles: ['test/set-up.ts'], hookTimeout: 1000, testTimeout: 4000 } })",
  })
})
afterAll(() => project[Symbol.asyncDispose]())

describe('in a project of its own', () => {
  test.for([
    ['forks', []],
    ['threads', ['--pool=threads']],
    ['one worker for all files', ['--no-isolate', '--maxWorkers=1']],
    ['hooks in parallel', ['--sequence.hooks=parallel']],
    ['hooks as a list', ['--sequence.hooks=list']],
  ] as const)('functions work with %s', async ([, options]) => {
    const { output, code } = await project.vitest(['test/passing', ...options])
    expect(code, output).toBe(0)
    expect(output).toMatch(/Tests {2}10 passed \| 1 skipped/)
    expect(output).not.toMatch(/stderr \|/)
  })

  test('a failed test shows the log and the line of the call', async () => {
    const { output, code } = await project.vitest(['test/failing/failing.test.ts'])
    expect(code).toBe(1)
    expect(normalised(output, project.folder)).toMatchInlineSnapshot(`
      "RUN  vN <project>

      stderr | test/failing/failing.test.ts > asserts
      orders | INFO  received {"qty":3}
      orders | INFO  received {"qty":2}

      stderr | test/failing/failing.test.ts > hangs
      orders has not answered yet: request <request id> has been running for N s (its timeout is 20 s).
      orders | INFO  received {"qty":1,"wait":5000}

       ❯ test/failing/failing.test.ts (3 tests | 3 failed) N ms
         × throws N ms
         × asserts N ms
         × hangs N ms

      ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 3 ⎯⎯⎯⎯⎯⎯⎯

       FAIL  test/failing/failing.test.ts > throws
      FunctionError: RangeError: qty must be > 0
       ❯ BufferedInvokeProcessor.handler src/orders.ts:5:21
       ❯ test/failing/failing.test.ts:6:9
            4| const orders = lambda({ entry: '../../src/orders.ts', timeout: 20 })
            5| test('throws', async () => {
            6|   await orders({ qty: 0 })
             |         ^
            7| })
            8| test('asserts', async () => {

      Caused by: Invocation: orders failed with RangeError: qty must be > 0

      Function   orders (process <id>, cold, N ms)
      RequestId  <request id>
      Log (2 lines):
        INFO  received {"qty":0}
      > ERROR Invoke Error: RangeError: qty must be > 0
      ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/3]⎯

       FAIL  test/failing/failing.test.ts > asserts
      AssertionError: expected { total: 84 } to deeply equal { total: 1 }

      - Expected
      + Received

        {
      -   "total": 1,
      +   "total": 84,
        }

       ❯ test/failing/failing.test.ts:10:36
            8| test('asserts', async () => {
            9|   await orders({ qty: 3 })
           10|   expect(await orders({ qty: 2 })).toEqual({ total: 1 })
             |                                    ^
           11| })
           12| test('hangs', async () => {

      ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[2/3]⎯

       FAIL  test/failing/failing.test.ts > hangs
      TestTimeoutError: Test timed out in N ms.
      If this is a long-running test, pass a timeout value as the last argument or configure it globally with "testTimeout".
       ❯ test/failing/failing.test.ts:12:1
           10|   expect(await orders({ qty: 2 })).toEqual({ total: 1 })
           11| })
           12| test('hangs', async () => {
             | ^
           13|   await orders({ qty: 1, wait: 5000 })
           14| }, 400)

      ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[3/3]⎯

       Test Files  1 failed (1)
            Tests  3 failed (3)"
    `)
  })

  test('a lazy option that reads a later hook says so', async () => {
    expect(normalised((await project.vitest(['test/failing/lazy.test.ts'])).output, project.folder)).toMatchInlineSnapshot(`
      "RUN  vN <project>

       ❯ test/failing/lazy.test.ts (1 test | 1 skipped) N ms
         ↓ is skipped

      ⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

       FAIL  test/failing/lazy.test.ts [ test/failing/lazy.test.ts ]
      RuntimeError: environment: TypeError: Cannot read properties of undefined (reading 'url'). The function given as environment was called during the launch of lambda() at test/failing/lazy.test.ts:5:16. If it reads what a beforeAll sets, move lambda() below that beforeAll.
       ❯ lambda test/failing/lazy.test.ts:5:16
            3|
            4| let db: { url: string }
            5| const orders = lambda({ entry: '../../src/orders.ts', environment: () …
             |                ^
            6| beforeAll(async () => { db = { url: 'x' } })
            7| test('is skipped', async () => { await orders() })

      Caused by: TypeError: Cannot read properties of undefined (reading 'url')
       ❯ environment test/failing/lazy.test.ts:5:84

      ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯

       Test Files  1 failed (1)
            Tests  1 skipped (1)"
    `)
  })

  test('wrong options show the line of the declaration', async () => {
    expect(normalised((await project.vitest(['test/failing/options.test.ts'])).output, project.folder)).toMatchInlineSnapshot(`
      "RUN  vN <project>

       ❯ test/failing/options.test.ts (0 test)

      ⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

       FAIL  test/failing/options.test.ts [ test/failing/options.test.ts ]
      OptionsError: 3 options of lambda() at test/failing/options.test.ts:4:16 are wrong:
        environment.AWS_REGION: is reserved by Lambda; use region
        entry: there is no file <project>/test/src/order.ts ("../src/order.ts" from <project>/test/failing); did you mean ../../src/orders.ts?
        timeout: 5000 is more than 900; Lambda counts seconds, did you mean 5?
       ❯ test/failing/options.test.ts:4:16
            2| import { afterAll, afterEach, beforeAll, beforeEach, describe, expect,…
            3|
            4| const orders = lambda({ entry: '../src/order.ts', timeout: 5000, envir…
             |                ^
            5| test('never runs', async () => { await orders() })

      ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯

       Test Files  1 failed (1)
            Tests  no tests"
    `)
  })

  test('a handler that can not be bundled shows the error of esbuild', async () => {
    expect(normalised((await project.vitest(['test/failing/bundle.test.ts'])).output, project.folder)).toMatchInlineSnapshot(`
      "RUN  vN <project>

       ❯ test/failing/bundle.test.ts (1 test | 1 skipped) N ms
         ↓ is skipped

      ⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

       FAIL  test/failing/bundle.test.ts [ test/failing/bundle.test.ts ]
      RuntimeError: esbuild could not bundle <project>/src/broken.ts:

      ✘ [ERROR] Could not resolve "./nowhere"

          src/broken.ts:1:24:
            1 │ import { nothing } from './nowhere'
              ╵                         ~~~~~~~~~~~
       ❯ lambda test/failing/bundle.test.ts:4:16
            2| import { afterAll, afterEach, beforeAll, beforeEach, describe, expect,…
            3|
            4| const orders = lambda({ entry: '../../src/broken.ts' })
             |                ^
            5| test('is skipped', async () => { await orders() })

      ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯

       Test Files  1 failed (1)
            Tests  1 skipped (1)"
    `)
  })

  test('lambda() is refused outside vitest', async () => {
    await project.write({ 'alone.mjs': "import { lambda } from 'lambda-fixtures/vitest'\nlambda({ entry: './src/orders.ts' })" })
    const { output, code } = await project.run(process.execPath, ['alone.mjs'])
    expect(code).toBe(1)
    expect(normalised(output, project.folder)).toMatchInlineSnapshot(`
      "triggerUncaughtException(
          ^

      RuntimeError: lambda() of vitest declares a function for the tests of a file or a describe, but vitest is reading no test file. Call it at the top of a test file or in a describe, or use launch() from "lambda-fixtures".
          at file://<project>/alone.mjs:2:1 {
        code: 'NO_RUNNER'
      }"
    `)
  })
})
