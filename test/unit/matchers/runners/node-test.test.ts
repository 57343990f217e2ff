import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

let output: string
beforeAll(async () => {
  const file = fileURLToPath(new URL('node-test/matchers.node.ts', import.meta.url))
  const env = { PATH: process.env.PATH, NO_COLOR: '1', NODE_NO_WARNINGS: '1' }
  output = await new Promise<string>(resolve => {
    execFile(
      process.execPath,
      ['--experimental-strip-types', '--test', '--test-reporter=tap', file],
      { env },
      (_, stdout, stderr) => resolve(stdout + stderr),
    )
  })
})

/** What node:test says of a failed test. */
function shown(title: string): string {
  const [, section] = output.split(`- ${title}\n`)
  const text = /error: (\|-\n([\s\S]*?)|.*?)\n {2,}code:/.exec(section ?? '')
  if (!text) throw new Error(`node:test reported no failure of "${title}":\n${output}`)
  return (text[2] ?? text[1]!).replace(/^ {4}/gm, '')
}

test('node:test passes and fails what it should', () => {
  expect(output.match(/^ *(not )?ok \d+ - .*$/gm)).toMatchInlineSnapshot(`
    [
      "ok 1 - passes",
      "ok 2 - passes with npm expect",
      "not ok 3 - fails: toHaveSucceeded",
      "not ok 4 - fails: toHavePayload",
      "not ok 5 - fails: notToHaveLogged",
      "not ok 6 - fails: toEventuallyLog",
      "not ok 7 - fails: npm expect",
    ]
  `)
})
test('node:test shows a failed invocation', () =>
  expect(shown('fails: toHaveSucceeded')).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `))
test('node:test shows one diff', () =>
  expect(shown('fails: toHavePayload')).toMatchInlineSnapshot(`
    "expect(result).toHavePayload({ id: Any<String>, total: 85 })

    Expected orders to return this payload, but it returned another one

    - Expected
    + Received

      {
        id: 'a1',
    -   total: 85
    +   total: 84
      }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  accepted
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `))
test('node:test shows a negation', () =>
  expect(shown('fails: notToHaveLogged')).toMatchInlineSnapshot(`
    "expect(result).not.toHaveLogged("accepted")

    Expected orders not to log "accepted", but 1 of 1 record matched: "INFO  accepted"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  accepted
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `))
test('node:test shows an asynchronous failure', () =>
  expect(shown('fails: toEventuallyLog')).toMatchInlineSnapshot(`
    "expect(orders).toEventuallyLog("shipped", { timeout: 10 })

    Expected orders to log "shipped" within 10 ms, but no record since its launch matched. It has been idle.

    Function   orders (0c1d2e3f4a5b idle)
    Log: empty"
  `))
test('node:test shows npm expect', () =>
  expect(shown('fails: npm expect')).toMatchInlineSnapshot(`
    "expect(result).toHavePayload({ id: Any<String>, total: 85 })

    Expected orders to return this payload, but it returned another one

    - Expected
    + Received

      Object {
        "id": "a1",
    -   "total": 85,
    +   "total": 84,
      }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  accepted
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `))
