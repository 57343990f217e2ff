import * as nodeTest from 'node:test'
import { after, afterEach, before, beforeEach, type TestContext } from 'node:test'
import { createLambda } from './fixtures/create-lambda.ts'
import type { Lambda } from './fixtures/lambda-type.ts'
import { type AssertRegistry, registerMatchers } from './matchers/node-test.ts'
import './matchers/node-test-types.ts'
import { markTestStart } from './matchers/test-start.ts'

// Node 22.12 and 22.13 have no `assert` to register with: there the matchers come with npm's `expect`.
const { assert } = nodeTest as { assert?: AssertRegistry }
if (assert !== undefined) registerMatchers(assert)

/**
 * Declares a function for the tests of this file or `describe`: launched before, terminated after them.
 *
 * @example
 * const orders = lambda<typeof handler>({ entry: '../src/orders.ts' })
 * test('accepts an order', async (t: TestContext) => {
 *   t.assert.toHaveSucceeded(await orders.invoke({ id: 'a1', qty: 2 }))
 * })
 */
export const lambda: Lambda = createLambda({
  name: 'node:test',
  refuses: () => undefined,
  beforeAll: (hook, timeout) => before(hook, { timeout }),
  afterAll: (hook, timeout) => after(hook, { timeout }),
  beforeEach: hook =>
    beforeEach(() => {
      markTestStart()
      hook()
    }),
  afterEach: hook => afterEach(context => hook(hasFailed(context as TestContext))),
  print: text => void process.stderr.write(`${text}\n`),
})

/** Types lag behind: Node has `error` since 22. */
function hasFailed(context: TestContext & { error?: unknown }): boolean {
  return context.error !== null && context.error !== undefined
}

export * from './index.ts'
