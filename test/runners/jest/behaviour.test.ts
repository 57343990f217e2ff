import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { normalised } from '../../support/normalised.ts'
import { createProject, type Project } from '../../support/project.ts'
import { handZip } from '../../support/zips.ts'

// Each runs a test runner of its own, which a busy machine slows down.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let project: Project

function compressedZip(): string {
  const data = `exports.handler = async () => 'unpacked' // ${'x'.repeat(100_000)}`
  return Buffer.from(handZip([{ name: 'index.js', method: 8, data }])).toString('base64')
}

const head = "const { launch, lambda, FunctionError, OptionsError } = require('lambda-fixtures/jest')\n"
const whole = `
  const orders = await launch({ entry: '../src/orders.ts', timeout: 1 })
  expect(await orders({ qty: 2 })).toEqual({ total: 84 })
  const result = await orders.invoke({ qty: 2, wait: 5000 })
  expect(result).toHaveTimedOut()
  expect(result.logs[0].timestamp.getTime()).toBeGreaterThan(1e12)
  await expect(orders).toEventuallyLog('received', { since: 'launch' })
  await expect(orders).not.toEventuallyLog('never')
  await orders.restart()
  await orders.terminate()`

beforeAll(async () => {
  project = await createProject({
    'package.json': '{ "private": true }',
    'src/orders.ts': `
export const handler = async (e: { qty?: number; wait?: number }) => {
  console.log('received', JSON.stringify(e))
  if (e.wait) await new Promise(r => setTimeout(r, e.wait))
  if (!e.qty) throw new RangeError('qty must be > 0')
  return { total: e.qty * 42 }
}`,
    'src/slow.mts': "await new Promise(r => setTimeout(r, 1500))\nexport const handler = async () => 'ready'",
    'passing/orders.test.js': `${head}
const hooks = []
let url
beforeAll(async () => { url = 'http://localhost:1' })
const orders = lambda({ entry: '../src/orders.ts', environment: ({ hostUrl }) => { hooks.push(hostUrl(url)); return {} } })
test('plain CJS, relative entry, lazy options', async () => { expect(await orders({ qty: 2 })).toEqual({ total: 84 }); expect(hooks).toEqual(['http://localhost:1/']) })
test('errors of any realm', async () => {
  await expect(orders({})).rejects.toThrow(FunctionError)
  await expect(orders({})).rejects.toThrowErrorMatchingInlineSnapshot('"RangeError: qty must be > 0"')
  await expect(orders.invoke({ n: 1n })).rejects.toMatchObject({ name: 'InvalidRequestContentException' })
})
test('lambda() in a test', () => { expect(() => lambda({ entry: '../src/orders.ts' })).toThrow(/but this file's hooks or tests are running\\. Call it at the top/) })
describe('inside', () => {
  const inner = lambda({ entry: '../src/orders.ts', functionName: 'inner' })
  test('it runs', async () => { expect(await inner.invoke({ qty: 1 })).toHaveColdStarted() })
})`,
    'passing/slow.test.js': `${head}
const slow = lambda({ entry: '../src/slow.mts' })
test('a launch may take longer than a hook', async () => { expect(await slow()).toBe('ready') })`,
    'passing/swc.test.ts': `
import { lambda } from 'lambda-fixtures/jest'
import { expect, test } from '@jest/globals'
import type { handler } from '../src/orders'
const orders = lambda<typeof handler>({ entry: '../src/orders.ts' })
test('TypeScript by swc', async () => { expect(await orders({ qty: 2 })).toEqual({ total: 84 }) })`,
    'passing/skipped.test.js': `${head}
lambda({ entry: '../src/orders.ts', environment: () => { throw new Error('launched though no test runs') } })
test.skip('skipped', () => {})`,
    'passing/fake-timers.test.js': `${head}
const { setupServer } = require('msw/node')
const nock = require('nock').default ?? require('nock')
const server = setupServer()
beforeAll(() => { server.listen({ onUnhandledRequest: 'error' }); nock.disableNetConnect() })
afterAll(() => { server.close(); nock.restore() })
test('neither fake timers nor msw nor nock reach it', async () => {
  jest.useFakeTimers({ now: 0 })
${whole}
})`,
    'global/global.test.js': `${head}
const declared = lambda({ entry: '../src/orders.ts' })
test('timers that are faked everywhere', async () => {
  expect(Date.now()).toBeLessThan(1e12)
  expect(await declared({ qty: 2 })).toEqual({ total: 84 })
${whole}
})
test('a compressed ZIP is unpacked', async () => {
  const zip = Buffer.from('${compressedZip()}', 'base64')
  const fn = await launch({ code: zip, handler: 'index.handler', runtime: 'nodejs24.x' })
  expect(await fn({})).toBe('unpacked')
})`,
    'failing/failing.test.js': `${head}
const orders = lambda({ entry: '../src/orders.ts', timeout: 20 })
test('throws', async () => {
  await orders({ qty: 0 })
})
test('asserts', async () => {
  await orders({ qty: 3 })
  expect(await orders.invoke({ qty: 2 })).toHavePayload({ total: 84 })
  expect(1).toBe(2)
})
test('hangs', async () => {
  await orders({ qty: 1, wait: 5000 })
}, 400)`,
    'failing/timeout.test.js': `${head}
const orders = lambda({ entry: '../src/orders.ts', timeout: 1 })
test('is a timeout of the function', async () => { await orders({ qty: 1, wait: 5000 }) })`,
    'failing/order.test.js': `${head}
let db
const orders = lambda({ entry: '../src/orders.ts', environment: () => ({ DB: db.url }) })
beforeAll(async () => { db = { url: 'x' } })
test('fails', async () => { await orders({ qty: 1 }) })`,
    'jest.config.json':
      '{ "testTimeout": 4000, "transform": { "\\\\.ts$": ["@swc/jest", { "module": { "type": "commonjs" } }] } }',
    'jest.global.json': '{ "roots": ["global"], "transform": {}, "fakeTimers": { "enableGlobally": true, "now": 0 } }',
  })
})
afterAll(() => project[Symbol.asyncDispose]())

test('functions work in CommonJS, in ESM and through swc', async () => {
  const { output, code } = await project.jest(['passing'], { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' })
  expect(code, output).toBe(0)
  expect(output).toMatch(/Tests: {7}1 skipped, 7 passed/)
})

test('functions work with fakeTimers.enableGlobally', async () => {
  const { output, code } = await project.jest(['--config=jest.global.json'])
  expect(code, output).toBe(0)
})

test('a failed test shows the log and the line of the call', async () => {
  const { output, code } = await project.jest(['failing/failing'])
  expect(code).toBe(1)
  expect(normalised(output, project.folder)).toMatchInlineSnapshot(`
    "orders | INFO  received {"qty":0}
    orders | ERROR Invoke Error: RangeError: qty must be > 0
    orders | INFO  received {"qty":3}
    orders | INFO  received {"qty":2}
    orders has not answered yet: request <request id> has been running for N s (its timeout is 20 s).
    orders | INFO  received {"qty":1,"wait":5000}
    FAIL failing/failing.test.js
      ✕ throws (N ms)
      ✕ asserts (N ms)
      ✕ hangs (N ms)

      ● throws

        FunctionError: RangeError: qty must be > 0

          3 |   console.log('received', JSON.stringify(e))
          4 |   if (e.wait) await new Promise(r => setTimeout(r, e.wait))
        > 5 |   if (!e.qty) throw new RangeError('qty must be > 0')
            |                     ^
          6 |   return { total: e.qty * 42 }
          7 | }

          at BufferedInvokeProcessor.handler (src/orders.ts:5:21)
          at Object.<anonymous> (failing/failing.test.js:5:9)

      ● asserts

        expect(received).toBe(expected) // Object.is equality

        Expected: 2
        Received: 1

           8 |   await orders({ qty: 3 })
           9 |   expect(await orders.invoke({ qty: 2 })).toHavePayload({ total: 84 })
        > 10 |   expect(1).toBe(2)
             |             ^
          11 | })
          12 | test('hangs', async () => {
          13 |   await orders({ qty: 1, wait: 5000 })

          at Object.<anonymous> (failing/failing.test.js:10:13)

      ● hangs

        thrown: "Exceeded timeout of N ms for a test.
        Add a timeout value to this test to increase the timeout, if this is a long-running test. See https://jestjs.io/docs/api#testname-fn-timeout."

              at Array.map (<anonymous>)

        Cause:

              10 |   expect(1).toBe(2)
              11 | })
            > 12 | test('hangs', async () => {
                 | ^
              13 |   await orders({ qty: 1, wait: 5000 })
              14 | }, 400)

              at Object.<anonymous> (failing/failing.test.js:12:1)

    Test Suites: 1 failed, 1 total
    Tests:       3 failed, 3 total
    Snapshots:   0 total
    Time:        N s
    Ran all test suites matching failing/failing."
  `)
})

test('a timeout of the function is explained, and its log is printed', async () => {
  const { output } = await project.jest(['failing/timeout'])
  expect(normalised(output, project.folder)).toMatchInlineSnapshot(`
    "orders | INFO  received {"qty":1,"wait":5000}
    orders | <time> <request id> Task timed out after N seconds
    FAIL failing/timeout.test.js
      ✕ is a timeout of the function (N ms)

      ● is a timeout of the function

        FunctionError: Sandbox.Timedout: RequestId: <request id> Error: Task timed out after N seconds

        orders timed out after N s. The last line of its log, N s before the timeout, is "INFO  received {\\"qty\\":1,\\"wait\\":5000}". Raise timeout (seconds), or find out what that call waits for.

          2 |
          3 | const orders = lambda({ entry: '../src/orders.ts', timeout: 1 })
        > 4 | test('is a timeout of the function', async () => { await orders({ qty: 1, wait: 5000 }) })
            |                                                          ^

          at Object.<anonymous> (failing/timeout.test.js:4:58)

    Test Suites: 1 failed, 1 total
    Tests:       1 failed, 1 total
    Snapshots:   0 total
    Time:        N s
    Ran all test suites matching failing/timeout."
  `)
})

test('a lazy option that reads a later hook says so', async () => {
  const { output } = await project.jest(['failing/order'])
  expect(normalised(output, project.folder)).toMatchInlineSnapshot(`
    "FAIL failing/order.test.js
      ✕ fails (N ms)

      ● fails

        RuntimeError: environment: TypeError: Cannot read properties of undefined (reading 'url'). The function given as environment was called during the launch of lambda() at failing/order.test.js:4:16. If it reads what a beforeAll sets, move lambda() below that beforeAll.

          2 |
          3 | let db
        > 4 | const orders = lambda({ entry: '../src/orders.ts', environment: () => ({ DB: db.url }) })
            |                ^
          5 | beforeAll(async () => { db = { url: 'x' } })
          6 | test('fails', async () => { await orders({ qty: 1 }) })

          at lambda (failing/order.test.js:4:16)

        Cause:
            TypeError: Cannot read properties of undefined (reading 'url')

              2 |
              3 | let db
            > 4 | const orders = lambda({ entry: '../src/orders.ts', environment: () => ({ DB: db.url }) })
                |                                                                                 ^
              5 | beforeAll(async () => { db = { url: 'x' } })
              6 | test('fails', async () => { await orders({ qty: 1 }) })

              at environment (failing/order.test.js:4:81)

    Test Suites: 1 failed, 1 total
    Tests:       1 failed, 1 total
    Snapshots:   0 total
    Time:        N s
    Ran all test suites matching failing/order."
  `)
})
