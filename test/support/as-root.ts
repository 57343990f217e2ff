import { test } from 'vitest'
import { absent } from './absent.ts'

/** A test that needs root. Without it, the test is named as absent, with the reason, and fails where `LAMBDA_FIXTURES_REQUIRE` names `root`. */
export function asRoot(name: string, body: () => void | Promise<void>): void {
  if (process.getuid?.() === 0 && process.platform === 'linux') return void test(name, body)
  rootIsAbsent(name, 'it, and Linux')
}

/** Stands for a test that can't run here. @param needed completes "needs …" */
export function rootIsAbsent(name: string, needed: string): void {
  absent('root', `"${name}" needs ${needed}`)
}
