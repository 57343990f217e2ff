import { expect, test } from 'vitest'

/** What `LAMBDA_FIXTURES_REQUIRE` names, without which a run may not pass. */
const required = (process.env.LAMBDA_FIXTURES_REQUIRE ?? '').split(',').map(part => part.trim())

/** Stands for tests that can't run here: names what is absent and why, and fails where it, or who wants it, is required. */
export function absent(what: string, reason: string, wantedBy: string = what): void {
  test(`${what} is absent: ${reason}`, () => {
    expect(required, reason).not.toContain(wantedBy)
  })
}
