import { expectNothingLeft } from './fixtures/session/end-of-run.ts'
import { currentSession } from './reaper/session.ts'

/**
 * For vitest's `globalSetup`: starts the session of the run, and fails the run if instances are left at its end.
 *
 * @example
 * export default defineConfig({ test: { globalSetup: 'lambda-fixtures/vitest/global-setup' } })
 */
export function setup(): void {
  currentSession()
}

/** @throws RuntimeError `INSTANCES_LEFT` */
export async function teardown(): Promise<void> {
  await expectNothingLeft()
}
