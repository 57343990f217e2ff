import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createProject, type Project } from '../../support/project.ts'

// Each runs a test runner of its own, which a busy machine slows down.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let project: Project

const declares = (options: string, total: number): string => `
import { lambda } from 'lambda-fixtures/vitest'
import { expect, test } from 'vitest'
import type { handler } from '../src/orders'
const orders = lambda<typeof handler>(${options})
test('orders', async () => { expect(await orders({ qty: 2 })).toMatchObject({ total: ${total} }) })`

beforeAll(async () => {
  project = await createProject({
    'src/price.ts': 'export const price = 42',
    'src/orders.ts':
      "import { price } from './price'\nexport const handler = async (e: { qty: number }) => ({ total: e.qty * price, set: (globalThis as any).set })",
    'src/set-up.ts': 'Object.assign(globalThis, { set: true })',
    'src/app/app.mjs': 'export const handler = async () => ({ total: 1 })',
    'src/other.ts': 'export const other = 1',
    'test/other.test.ts': "import { test } from 'vitest'\nimport { other } from '../src/other'\ntest('other', () => { other })",
    'test/relative.test.ts': declares("{ entry: '../src/orders.ts' }", 84),
    'test/url.test.ts': declares("{ entry: new URL('../src/orders.ts', import.meta.url), setup: ['../src/set-up.ts'] }", 84),
    'test/folder.test.ts': declares("{ code: '../src/app', runtime: 'nodejs22.x', handler: 'app.handler' }", 1),
    'vitest.config.ts': `
import { lambdaFixtures } from 'lambda-fixtures/vitest/plugin'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [lambdaFixtures()] })`,
    '.gitignore': 'node_modules',
    'watch.mjs': `
import { startVitest } from 'vitest/node'
const onTestRunEnd = modules => process.send(modules.map(module => [module.relativeModuleId, module.ok()]).sort())
const vitest = await startVitest('test', [], { watch: true, reporters: [{ onTestRunEnd }] })
process.once('disconnect', () => vitest.exit(true))`,
  })
})
afterAll(() => project[Symbol.asyncDispose]())

const related = async (...files: string[]): Promise<string[]> => {
  const { stdout } = await project.run(process.execPath, ['node_modules/vitest/vitest.mjs', 'related', '--run', ...files])
  return [...stdout.matchAll(/^ [✓❯] (test\/\S+)/gm)].map(([, file]) => file as string).sort()
}

test('vitest related finds tests by handlers, their imports, setup modules and code folders', async () => {
  expect(await related('src/orders.ts')).toEqual(['test/relative.test.ts', 'test/url.test.ts'])
  expect(await related('src/price.ts')).toEqual(['test/relative.test.ts', 'test/url.test.ts'])
  expect(await related('src/set-up.ts')).toEqual(['test/url.test.ts'])
  expect(await related('src/app/app.mjs')).toEqual(['test/folder.test.ts'])
  expect(await related('src/other.ts')).toEqual(['test/other.test.ts'])
})

test('--changed finds tests by changed imports of handlers', async () => {
  const git = (...args: string[]) => project.run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args])
  await git('init', '-q')
  await git('add', '.')
  await git('commit', '-qm', 'first')
  await project.write({ 'src/price.ts': 'export const price = 42 // still' })
  const { stdout, code } = await project.vitest(['--changed'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/Test Files {2}2 passed/)
  expect(stdout).not.toContain('other.test.ts')
})

test('watch mode reruns tests when a handler or one of its imports changes, new imports too', async () => {
  const child = fork(join(project.folder, 'watch.mjs'), { cwd: project.folder, stdio: 'ignore', env: outsideOfVitest() })
  try {
    expect(await nextRun(child)).toHaveLength(4)
    const twice = [
      ['test/relative.test.ts', false],
      ['test/url.test.ts', false],
    ]
    const passed = twice.map(([file]) => [file, true])
    expect(await runAfter(child, { 'src/price.ts': 'export const price = 1' })).toEqual(twice)
    const orders =
      "import { price } from './tax'\nexport const handler = async (e: { qty: number }) => ({ total: e.qty * price })"
    expect(await runAfter(child, { 'src/tax.ts': 'export const price = 42', 'src/orders.ts': orders })).toEqual(passed)
    expect(await runAfter(child, { 'src/tax.ts': 'export const price = 2' })).toEqual(twice)
    // A broken module can be repaired.
    expect(await runAfter(child, { 'src/tax.ts': 'export const price = ' })).toEqual(twice)
    expect(await runAfter(child, { 'src/tax.ts': 'export const price = 42' })).toEqual(passed)
  } finally {
    child.disconnect()
    await once(child, 'exit')
  }
})

async function nextRun(child: ChildProcess): Promise<unknown> {
  const [run] = (await once(child, 'message')) as [unknown]
  return run
}

async function runAfter(child: ChildProcess, files: Record<string, string>): Promise<unknown> {
  const run = nextRun(child)
  await project.write(files)
  return await run
}

function outsideOfVitest(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|LAMBDA_FIXTURES|TEST$|DEV$|PROD$|MODE$)/.test(name)),
  )
}
