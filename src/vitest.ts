import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { createFixture } from './fixtures/declare/create-fixture.ts'
import { createLambda } from './fixtures/declare/create-lambda.ts'
import type { VitestLambda } from './fixtures/declare/lambda-type.ts'
import { textOf } from './fixtures/runners/error-text.ts'
import type { Runner } from './fixtures/runners/runner.ts'
import { vitestRefusal } from './fixtures/runners/vitest-state.ts'
import { matchers } from './matchers/index.ts'
import { snapshotSerializer } from './matchers/runners/snapshot-serializer.ts'
import './matchers/runners/vitest-types.ts'

expect.extend(matchers as unknown as Parameters<typeof expect.extend>[0])
expect.addSnapshotSerializer(snapshotSerializer as unknown as Parameters<typeof expect.addSnapshotSerializer>[0])

const runner: Runner = {
  name: 'vitest',
  refusal: vitestRefusal,
  beforeAll: (hook, timeout) => beforeAll(hook, timeout),
  afterAll: (hook, timeout) => afterAll(hook, timeout),
  beforeEach: hook => beforeEach(({ task }) => hook(task)),
  afterEach: hook => afterEach(({ task }) => hook(task, task.result?.state === 'fail' ? textOf(task.result.errors) : undefined)),
  print: text => console.error(text),
}

/**
 * Declares a function for the tests of this file or `describe`: launched before, terminated after them.
 *
 * @example
 * const orders = lambda<typeof handler>({ entry: '../src/orders.ts' })
 * test('accepts an order', async () => {
 *   expect(await orders.invoke({ id: 'a1', qty: 2 })).toHaveSucceeded()
 * })
 */
export const lambda: VitestLambda = Object.assign(createLambda(runner), { fixture: createFixture(runner) })

export * from './index.ts'
