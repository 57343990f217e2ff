import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals'
import { createLambda } from './fixtures/declare/create-lambda.ts'
import type { Lambda } from './fixtures/declare/lambda-type.ts'
import { currentFailure, currentTest, jestHasStarted } from './fixtures/runners/jest-state.ts'
import { matchers } from './matchers/index.ts'
import './matchers/runners/jest-types.ts'
import { markTestStart } from './matchers/logs/test-start.ts'
import { snapshotSerializer } from './matchers/runners/snapshot-serializer.ts'

expect.extend(matchers as unknown as Parameters<typeof expect.extend>[0])
expect.addSnapshotSerializer(snapshotSerializer as unknown as Parameters<typeof expect.addSnapshotSerializer>[0])

/**
 * Declares a function for the tests of this file or `describe`: launched before, terminated after them.
 *
 * @example
 * const orders = lambda<typeof handler>({ entry: '../src/orders.ts' })
 * test('accepts an order', async () => {
 *   expect(await orders.invoke({ id: 'a1', qty: 2 })).toHaveSucceeded()
 * })
 */
export const lambda: Lambda = createLambda({
  name: 'jest',
  refusal: () => (jestHasStarted() ? "this file's hooks or tests are running" : undefined),
  beforeAll: (hook, timeout) => beforeAll(hook, timeout),
  afterAll: (hook, timeout) => afterAll(hook, timeout),
  beforeEach: hook =>
    beforeEach(() => {
      markTestStart()
      hook(currentTest())
    }),
  afterEach: hook => afterEach(() => hook(currentTest(), currentFailure())),
  print: text => void process.stderr.write(`${text}\n`),
})

export * from './index.ts'
