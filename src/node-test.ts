import * as nodeTest from 'node:test'
import { after, afterEach, before, beforeEach, type SuiteContext, type TestContext } from 'node:test'
import { createLambda } from './fixtures/declare/create-lambda.ts'
import type { DeclaredFunction } from './fixtures/declare/declared-function.ts'
import type { Lambda } from './fixtures/declare/lambda-type.ts'
import { textOf } from './fixtures/runners/error-text.ts'
import { nodeTestRefusal } from './fixtures/runners/node-test-state.ts'
import { type AssertRegistry, registerMatchers } from './matchers/runners/node-test.ts'
import './matchers/runners/node-test-types.ts'
import { markTestStart } from './matchers/logs/test-start.ts'

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
  refusal: nodeTestRefusal,
  beforeAll: launchBefore,
  afterAll: (hook, timeout) => after(hook, { timeout }),
  beforeEach: hook =>
    beforeEach(context => {
      markTestStart()
      hook(nameOf(context))
    }),
  afterEach: hook => afterEach(context => hook(nameOf(context), failureOf(context))),
  print: text => void process.stderr.write(`${text}\n`),
})

/**
 * At the top of a file node:test calls each `before` at once, not after the one before it has ended. So what depends on earlier
 * hooks is launched by the first test, which waits for all of them, or by the first hook that uses it.
 */
function launchBefore(launch: () => Promise<void>, timeout: number, declared: DeclaredFunction): void {
  let atOnce = true
  before(() => (atOnce && declared.isLazy ? declared.startWhenUsed() : launch()), { timeout })
  atOnce = false
  if (declared.isLazy) beforeEach(launch, { timeout })
}

type Context = TestContext | SuiteContext

/** Types say that suites have none. */
const nameOf = (context: Context & { fullName?: string }): string => context.fullName ?? context.name

/** Types lag behind here too. */
function failureOf({ error }: Context & { error?: unknown }): string | undefined {
  return error === null || error === undefined ? undefined : textOf(error)
}

export * from './index.ts'
