import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { run, runOk } from './consumer.ts'

const consumer = inject('bareConsumer')

test('nothing but what is meant for users is packed', async () => {
  const entries = await readdir(join(consumer, 'node_modules/lambda-fixtures'), { recursive: true, withFileTypes: true })
  const files = entries.flatMap(entry =>
    entry.isFile() ? [join(entry.parentPath, entry.name).split('node_modules/lambda-fixtures/').at(-1)] : [],
  )
  const meant =
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|THIRD-PARTY-LICENSES\.md|dist\/[\w-]+\.(mjs|cjs|d\.mts|d\.cts)|dist\/runtimes\/nodejs\/bootstrap\.cjs|docs\/kubernetes-rbac\.yaml|init\/dist\/init-(x86_64|arm64)|runtimes\/python\/([\w-]+\/)?[\w-]+\.(py|md))$/
  expect(files.filter(file => !meant.test(file ?? ''))).toEqual([])
  expect(files).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'THIRD-PARTY-LICENSES.md',
      'dist/watchdog.mjs',
      'dist/log-reader.mjs',
      'dist/runtimes/nodejs/bootstrap.cjs',
      'runtimes/python/bootstrap.py',
    ]),
  )
})

test('the program that runs in containers is packed, for both architectures', async ({ skip }) => {
  const missing = inject('initMissing')
  skip(missing !== undefined, missing)
  const folder = join(consumer, 'node_modules/lambda-fixtures/init/dist')
  expect((await readdir(folder)).sort()).toEqual(['init-arm64', 'init-x86_64'])
})

test('each entry leads to its own file, from import and from require', async () => {
  expect(await runOk(consumer, 'node', 'scripts/resolve.cjs')).toMatchInlineSnapshot(`
    "lambda-fixtures /dist/index.mjs /dist/index.cjs
    lambda-fixtures/vitest /dist/vitest.mjs /dist/vitest.mjs
    lambda-fixtures/vitest/plugin /dist/vitest-plugin.mjs /dist/vitest-plugin.mjs
    lambda-fixtures/vitest/global-setup /dist/vitest-global-setup.mjs /dist/vitest-global-setup.mjs
    lambda-fixtures/jest /dist/jest.mjs /dist/jest.cjs
    lambda-fixtures/jest/global-teardown /dist/jest-global-teardown.mjs /dist/jest-global-teardown.cjs
    lambda-fixtures/node-test /dist/node-test.mjs /dist/node-test.cjs
    lambda-fixtures/matchers /dist/matchers.mjs /dist/matchers.cjs
    lambda-fixtures/events /dist/events.mjs /dist/events.cjs
    lambda-fixtures/kubernetes /dist/kubernetes.mjs /dist/kubernetes.cjs
    lambda-fixtures/package.json /package.json /package.json
    "
  `)
})

test('what is not an entry cannot be reached', async () => {
  const { output } = await run(consumer, 'node', '-e', 'require("lambda-fixtures/dist/index.cjs")')
  expect(output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
})

test('both formats export the same names', async () => {
  expect(await runOk(consumer, 'node', 'scripts/exports.cjs')).toMatchInlineSnapshot(`
    "lambda-fixtures: FunctionError InvokeApiError OptionsError RuntimeError assertFailed assertSucceeded configure launch session
    lambda-fixtures/matchers: matchers
    lambda-fixtures/events: alb apiGateway apiGatewayV2 dynamodbStream eventBridge functionUrl kinesis s3 scheduled sns sqs
    lambda-fixtures/node-test: FunctionError InvokeApiError OptionsError RuntimeError assertFailed assertSucceeded configure lambda launch session
    lambda-fixtures/kubernetes: KubernetesBackend
    "
  `)
})

test('a plain ESM script launches a function, with no peer installed', async () => {
  expect(await runOk(consumer, 'node', 'scripts/launch.mjs')).toBe('hello ESM\n')
})

test('a plain CJS script launches a function, and shares brands with the ESM copy', async () => {
  expect(await runOk(consumer, 'node', 'scripts/launch.cjs')).toBe('hello CJS\nTypeError: no name true true true\n')
})

test('a compressed ZIP is unpacked, with no peer installed', async () => {
  expect(await runOk(consumer, 'node', 'scripts/launch-zip.mjs')).toBe('hello ZIP\n')
})

test('a peer that is missing is named with the line that installs it', async () => {
  const { status, output } = await run(consumer, 'node', 'scripts/entry.mjs')
  expect(status).toBe(1)
  expect(/^RuntimeError: .*$/m.exec(output)?.[0]).toMatchInlineSnapshot(
    `"RuntimeError: Bundling an entry needs esbuild, which is not installed. Install it: npm i -D esbuild"`,
  )
})
