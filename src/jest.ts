import { expect } from '@jest/globals'
import { createLambda, type Lambda } from './fixtures/declare/create-lambda.ts'
import { jestRunner } from './fixtures/runners/jest.ts'
import { matchers } from './matchers/index.ts'
import './matchers/runners/jest-types.ts'
import { snapshotSerializer } from './matchers/runners/snapshot-serializer.ts'

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
export const lambda: Lambda = createLambda(jestRunner)

export * from './index.ts'
