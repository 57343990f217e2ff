import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, expect, test } from 'vitest'

interface JestReport {
  testResults: { message: string; assertionResults: { title: string; status: string }[] }[]
}

let report: JestReport['testResults'][number]
beforeAll(async () => {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
  const config = fileURLToPath(new URL('runners/jest/jest.config.json', import.meta.url))
  const env = { PATH: process.env.PATH, NO_COLOR: '1' }
  const output = await new Promise<string>(resolve => {
    execFile(process.execPath, [jest, '--config', config, '--json', '--ci'], { env }, (_, stdout, stderr) =>
      resolve(stdout || stderr),
    )
  })
  report = (JSON.parse(output) as JestReport).testResults[0]!
})

/** What jest shows of a failed test, up to its code frame. */
function shown(title: string): string {
  const section = stripVTControlCharacters(report.message)
    .split(/^ {2}● /m)
    .find(part => part.startsWith(title))
  if (section === undefined) throw new Error(`jest reported no failure of "${title}":\n${report.message}`)
  const lines = section.split('\n').slice(2)
  return lines
    .slice(
      0,
      lines.findIndex(line => /^\s+>? *\d+ \|/.test(line)),
    )
    .map(line => line.replace(/^ {4}/, ''))
    .join('\n')
    .trimEnd()
}

test('jest passes and fails what it should', () => {
  expect(report.assertionResults.map(({ title, status }) => `${status}: ${title}`)).toMatchInlineSnapshot(`
    [
      "passed: passes",
      "passed: passes asymmetrically",
      "passed: passes later",
      "failed: fails: toMatchSnapshot",
      "failed: fails: toHaveSucceeded",
      "failed: fails: toHavePayload",
      "failed: fails: not.toHaveLogged",
      "failed: fails: toEventuallyLog",
      "failed: fails: a Promise",
    ]
  `)
})
test.each(['fails: toHaveSucceeded', 'fails: toHavePayload', 'fails: not.toHaveLogged', 'fails: toEventuallyLog'])(
  'jest shows the line of the test that %s',
  title => {
    expect(report.message).toMatch(new RegExp(`● ${title}\n[^●]*\n {4}> \\d+ \\|.*\\.${title.slice(7)}\\(`))
  },
)
test('jest shows the whole failure of an invocation', () =>
  expect(shown('fails: toHaveSucceeded')).toMatchInlineSnapshot(`
    "expect(result).toHaveSucceeded()

    Expected orders to succeed, but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)
      · called at orders.test.ts:9:22

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (5 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > ERROR Error: qty must be > 0
                · at handler (src/orders.ts:12:11)
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `))
test('jest shows one diff', () =>
  expect(shown('fails: toHavePayload')).toMatchInlineSnapshot(`
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
    Log (5 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  accepted
      INFO  {"level":"INFO","order":{"id":"a1"}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `))
test('jest shows .not', () =>
  expect(shown('fails: not.toHaveLogged')).toMatchInlineSnapshot(`
    "expect(result).not.toHaveLogged({ order: { id: "a1" } })

    Expected orders not to log { order: { id: "a1" } }, but 1 of 2 records matched: "INFO  {\\"level\\":\\"INFO\\",\\"order\\":{\\"id\\":\\"a1\\"}}"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (5 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  accepted
    > INFO  {"level":"INFO","order":{"id":"a1"}}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `))
test('jest shows an asynchronous failure', () =>
  expect(shown('fails: toEventuallyLog')).toMatchInlineSnapshot(`
    "expect(orders).toEventuallyLog("shipped", { timeout: 10 })

    Expected orders to log "shipped" within 10 ms, but no record since its launch matched. It has been idle.

    Function   orders (0c1d2e3f4a5b idle)
    Log: empty"
  `))
test('jest shows wrong use', () =>
  expect(shown('fails: a Promise')).toMatchInlineSnapshot(
    `"RuntimeError: toHaveSucceeded needs the result of an invocation, but received a Promise: did you forget "await" before orders.invoke(…)?"`,
  ))
test('jest prints a result by the serializer', () =>
  expect(shown('fails: toMatchSnapshot')).toMatchInlineSnapshot(`
  "expect(received).toMatchSnapshot()

  Snapshot name: \`fails: toMatchSnapshot 1\`

  New snapshot was not written. The update flag must be explicitly passed to write a new snapshot.

  This is likely because this test is run in a continuous integration (CI) environment in which snapshots are not written by default.

  Received:
  {
    "logs": [
      "accepted",
      "{"level":"INFO","order":{"id":"a1"}}",
    ],
    "ok": true,
    "payload": {
      "id": "a1",
      "total": 84,
    },
  }"
`))
