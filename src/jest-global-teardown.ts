import { expectNothingLeft } from './fixtures/session/end-of-run.ts'

/**
 * For jest's `globalTeardown`: fails the run if instances are left at its end.
 *
 * @example
 * export default { globalTeardown: 'lambda-fixtures/jest/global-teardown' }
 * @throws RuntimeError `INSTANCES_LEFT`
 */
export default async function globalTeardown(): Promise<void> {
  await expectNothingLeft()
}
