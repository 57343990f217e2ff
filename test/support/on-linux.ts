import { test } from 'vitest'
import { absent } from './absent.ts'

/** A test that looks into /proc. Elsewhere it is named as absent, and fails where `LAMBDA_FIXTURES_REQUIRE` names `linux`. */
export function onLinux(name: string, body: () => Promise<void>, timeout?: number): void {
  if (process.platform === 'linux') test(name, body, timeout)
  else absent('linux', `"${name}" looks into /proc`)
}
