import { expect } from 'vitest'
import { createFixture, type VitestLambda } from './fixtures/declare/create-fixture.ts'
import { createLambda } from './fixtures/declare/create-lambda.ts'
import { vitestRunner } from './fixtures/runners/vitest.ts'
import { matchers } from './matchers/index.ts'
import { snapshotSerializer } from './matchers/runners/snapshot-serializer.ts'
import './matchers/runners/vitest-types.ts'

expect.extend(matchers as unknown as Parameters<typeof expect.extend>[0])
expect.addSnapshotSerializer(snapshotSerializer as unknown as Parameters<typeof expect.addSnapshotSerializer>[0])

/**
 * Declares a function for the tests of this file or `describe`: it is launched before them and terminated after them.
 *
 * @example
 * const orders = lambda<typeof handler>({ entry: '../src/orders.ts' })
 * test('accepts an order', async () => {
 *   expect(await orders.invoke({ id: 'a1', qty: 2 })).toHaveSucceeded()
 * })
 */
export const lambda: VitestLambda = Object.assign(createLambda(vitestRunner), { fixture: createFixture(vitestRunner) })

export * from './index.ts'
