import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { normalised } from '../../support/normalised.ts'
import { createProject, type Project } from '../../support/project.ts'

// Each runs a test runner of its own, which a busy machine slows down.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let project: Project

const head = `import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test'
import { lambda, launch } from 'lambda-fixtures/node-test'
`

beforeAll(async () => {
  project = await createProject({
    'src/orders.ts': `
export const handler = async (e: { qty?: number; wait?: number }) => {
  console.log('received', JSON.stringify(e))
  if (e.wait) await new Promise(r => setTimeout(r, e.wait))
  if (!e.qty) throw new RangeError('qty must be > 0')
  return { total: e.qty * 42, db: process.env.DB }
}`,
    'passing.test.mjs': `${head}
let db
before(async () => { await new Promise(r => setTimeout(r, 300)); db = { url: 'up' } })
const orders = lambda({ entry: './src/orders.ts', environment: () => ({ DB: db.url }) })
const plain = lambda({ entry: './src/orders.ts', functionName: 'plain' })
let inBefore
before(async () => { inBefore = await plain({ qty: 1 }) })
test('what is lazy waits for the hooks above it, which node:test runs all at once', async () => { assert.deepEqual(await orders({ qty: 2 }), { total: 84, db: 'up' }) })
test('a hook below waits for the launch', () => { assert.deepEqual(inBefore, { total: 42 }) })
describe('inside', () => {
  let table
  before(async () => { await new Promise(r => setTimeout(r, 50)); table = 'two' })
  const inner = lambda({ entry: './src/orders.ts', functionName: 'inner', environment: () => ({ DB: table }) })
  test('it runs', async t => { const result = await inner.invoke({ qty: 1 }); t.assert.toHavePayload(result, { total: 42, db: 'two' }); t.assert.toHaveColdStarted(result) })
  test('its logs', async t => { await inner({ qty: 7 }); await t.assert.toEventuallyLog(inner, '"qty":7'); await t.assert.not?.toEventuallyLog })
})
const refused = /lambda\\(\\) of node:test declares a function for the tests of a file or a describe, but a hook or test is running\\. Call it at the top/
test('in a test it is refused', async () => {
  assert.throws(() => lambda({ entry: './src/orders.ts' }), refused)
  await new Promise(r => setTimeout(r, 5))
  assert.throws(() => lambda({ entry: './src/orders.ts' }), { code: 'NO_RUNNER' })
})
let inHook
before(() => { try { lambda({ entry: './src/orders.ts' }) } catch (error) { inHook = error } })
test('in a hook as well', () => { assert.equal(inHook?.code, 'NO_RUNNER') })
test('mock.timers never reach it', async t => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
  const fn = await launch({ entry: './src/orders.ts', timeout: 1 })
  assert.deepEqual(await fn({ qty: 1 }), { total: 42 })
  t.assert.toHaveTimedOut(await fn.invoke({ qty: 1, wait: 5000 }))
  await fn.terminate()
  mock.timers.reset()
})`,
    'failing.test.mjs': `${head}
const orders = lambda({ entry: './src/orders.ts', timeout: 20 })
test('asserts', async () => {
  await orders({ qty: 3 })
  assert.equal(1, 2)
})
test('hangs', { timeout: 400 }, async () => {
  await orders({ qty: 1, wait: 5000 })
})`,
    'order.test.mjs': `${head}
describe('orders', () => {
  let db
  const orders = lambda({ entry: './src/orders.ts', environment: () => ({ DB: db.url }) })
  before(async () => { db = { url: 'x' } })
  test('fails', async () => { await orders({ qty: 1 }) })
})`,
  })
})
afterAll(() => project[Symbol.asyncDispose]())

test('functions work with every kind of hook', async () => {
  const { output, code } = await project.nodeTest(['passing.test.mjs'])
  expect(code, output).toBe(0)
  expect(output).toContain('pass 7')
})

test('functions work without a process for each file', async () => {
  const { output, code } = await project.nodeTest(['--test-isolation=none', 'passing.test.mjs'])
  expect(code, output).toBe(0)
})

test('a failed test shows its log, and a test that timed out its open invocations', async () => {
  const { output, code } = await project.nodeTest(['failing.test.mjs'])
  expect(code).toBe(1)
  expect(normalised(output.split('ℹ tests')[0] ?? '', project.folder)).toMatchInlineSnapshot(`
    "orders | INFO  received {"qty":3}
    ✖ asserts (N ms)
    orders has not answered yet: request <request id> has been running for N s (its timeout is 20 s).
    orders | INFO  received {"qty":1,"wait":5000}
    ✖ hangs (N ms)"
  `)
})

test('a lazy option that reads a later hook says so', async () => {
  const { output, code } = await project.nodeTest(['order.test.mjs'])
  expect(code).toBe(1)
  expect(output).toContain(
    "environment: TypeError: Cannot read properties of undefined (reading 'url'). The function given as environment was called during the launch of lambda() at order.test.mjs:",
  )
})
