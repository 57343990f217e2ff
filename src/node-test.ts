import * as nodeTestModule from 'node:test'
import { createLambda, type Lambda } from './fixtures/declare/create-lambda.ts'
import { nodeTestRunner } from './fixtures/runners/node-test.ts'
import { type AssertRegistry, registerMatchers } from './matchers/runners/node-test.ts'
import './matchers/runners/node-test-types.ts'

// Node 22.12 and 22.13 have no `assert` to register matchers with; there they come with npm's `expect`.
const { assert } = nodeTestModule as { assert?: AssertRegistry }
if (assert !== undefined) registerMatchers(assert)

/**
 * Declares a function for the tests of this file or `describe`: it is launched before them and terminated after them.
 *
 * @example
 * const orders = lambda<typeof handler>({ entry: '../src/orders.ts' })
 * test('accepts an order', async (t: TestContext) => {
 *   t.assert.toHaveSucceeded(await orders.invoke({ id: 'a1', qty: 2 }))
 * })
 */
export const lambda: Lambda = createLambda(nodeTestRunner)

export * from './index.ts'
