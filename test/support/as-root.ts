import { expect, test } from 'vitest'

/** A test that needs root. Without it, the test is named as absent, with the reason, and fails where `LAMBDA_FIXTURES_REQUIRE` names `root`. */
export function asRoot(name: string, body: () => void | Promise<void>): void {
  if (process.getuid?.() === 0 && process.platform === 'linux') return void test(name, body)
  test(`root is absent: "${name}" needs it, and Linux`, () => {
    expect((process.env.LAMBDA_FIXTURES_REQUIRE ?? '').split(',').map(part => part.trim())).not.toContain('root')
  })
}
