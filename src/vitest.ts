import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { createFixture } from './fixtures/create-fixture.ts'
import { createLambda } from './fixtures/create-lambda.ts'
import type { VitestLambda } from './fixtures/lambda-type.ts'
import { matchers } from './matchers/index.ts'
import { snapshotSerializer } from './matchers/snapshot-serializer.ts'
import './matchers/vitest-types.ts'

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
export const lambda: VitestLambda = Object.assign(
  createLambda({
    name: 'vitest',
    refuses: () => (isInTest() ? 'a test is running' : undefined),
    beforeAll,
    afterAll,
    beforeEach: hook => beforeEach(() => hook()),
    afterEach: hook => afterEach(({ task }) => hook(task.result?.state === 'fail')),
    print: text => console.error(text),
  }),
  { fixture: createFixture },
)

function isInTest(): boolean {
  try {
    return expect.getState().currentTestName !== undefined && expect.getState().testPath === undefined
  } catch {
    return false
  }
}

export * from './index.ts'
