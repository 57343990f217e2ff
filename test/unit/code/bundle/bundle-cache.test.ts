import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bundleEntry } from '../../../../src/code/bundle/bundle-entry.ts'
import type { BundleOptions } from '../../../../src/code/bundle/bundle-plan.ts'
import { userFolderPath } from '../../../../src/platform/user-folder.ts'

let project: string
/** The cache is in the user's folder, in a temporary folder of the test's own. */
let cacheFolder: string
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'lambda-fixtures-cache-')))
  mkdirSync(join(project, 'tmp'))
  vi.stubEnv('TMPDIR', join(project, 'tmp'))
  cacheFolder = join(userFolderPath(), 'bundles')
  write('package.json', '{ "type": "module" }')
  write('src/orders.ts', `import { total } from './total'\nexport const handler = () => total`)
  write('src/total.ts', 'export const total = 1')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(project, { recursive: true })
})

function write(name: string, text: string): void {
  mkdirSync(join(project, 'src'), { recursive: true })
  writeFileSync(join(project, name), text)
}
/** What changed just before a build is not cached: the clocks of file systems are coarse. */
const settle = () => new Promise(resolve => setTimeout(resolve, 30))
const options = (more: Partial<BundleOptions> = {}): BundleOptions => ({
  entry: join(project, 'src/orders.ts'),
  runtime: 'nodejs24.x',
  ...more,
})
/** Bundles when the files have settled. */
async function bundle(more: Partial<BundleOptions> = {}) {
  await settle()
  return await bundleEntry(options(more))
}

const script = (given: BundleOptions) => `
  const { bundleEntry } = await import(${JSON.stringify(new URL('../../../../src/code/bundle/bundle-entry.ts', import.meta.url).href)})
  const { cached, code, handler, sourceMap, warnings } = await bundleEntry(${JSON.stringify(given)})
  console.log(JSON.stringify({ cached, sha256: code.sha256, handler, sourceMap, warnings }))`
const args = (given: BundleOptions) => ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script(given)]
const inProcess = (given: BundleOptions) => JSON.parse(execFileSync(process.execPath, args(given), { encoding: 'utf8' }))

test('gives another process the same bundle without a build', async () => {
  await settle()
  const first = inProcess(options())
  const second = inProcess(options())
  expect(first.cached).toBe(false)
  expect(second).toEqual({ ...first, cached: true })
  expect(Object.keys(second.sourceMap)).toEqual(['orders.mjs'])
})

test('gives several processes at once the whole bundle', async () => {
  await settle()
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, args(options()), { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  const outputs = await Promise.all(
    children.map(async child => {
      const exit = once(child, 'close')
      let text = ''
      for await (const chunk of child.stdout) text += chunk
      await exit
      return JSON.parse(text).sha256
    }),
  )
  expect(new Set(outputs).size).toBe(1)
  expect((await bundle()).cached).toBe(true)
  expect(readdirSync(cacheFolder).map(name => name.replace(/^\w+/, ''))).toEqual(expect.arrayContaining(['.bundle', '.inputs']))
  expect(readdirSync(cacheFolder)).toHaveLength(2)
})

test('makes functions that share an entry wait for one bundle', async () => {
  await settle()
  const [one, two] = await Promise.all([bundleEntry(options()), bundleEntry(options())])
  expect(two).toBe(one)
})

test('misses when an input changes, and hits when it changes back', async () => {
  const first = await bundle()
  write('src/total.ts', 'export const total = 2')
  const second = await bundle()
  expect(second.cached).toBe(false)
  expect(second.code.sha256).not.toBe(first.code.sha256)
  write('src/total.ts', 'export const total = 1')
  const third = await bundle()
  expect([third.cached, third.code.sha256]).toEqual([true, first.code.sha256])
})

test.for<[string, string, string]>([
  ['a file that an import now resolves to', 'src/total.tsx', 'export const total = 3'],
  ['a new tsconfig', 'tsconfig.json', '{ "compilerOptions": { "useDefineForClassFields": false } }'],
  ['a new package.json between the entry and the root', 'src/package.json', '{ "type": "module", "sideEffects": false }'],
])('misses when there is %s', async ([, name, text]) => {
  await bundle()
  expect((await bundle()).cached).toBe(true)
  write(name, text)
  expect((await bundle()).cached).toBe(false)
})

test('misses when the tsconfig that the nearest one extends changes', async () => {
  write('tsconfig.json', '{ "extends": "./base" }')
  write('base.json', '{}')
  await bundle()
  expect((await bundle()).cached).toBe(true)
  write('base.json', '{ "compilerOptions": { "useDefineForClassFields": false } }')
  expect((await bundle()).cached).toBe(false)
})

test('misses when an option changes, but not when their order does', async () => {
  await bundle({ define: { A: '1', B: '2' } })
  expect((await bundle({ define: { B: '2', A: '1' } })).cached).toBe(true)
  for (const more of [
    { define: { A: '1' } },
    { runtime: 'nodejs22.x' },
    { format: 'cjs' },
    { external: ['x'] },
    { handler: 'orders.handler' },
  ] as const) {
    expect((await bundle(more)).cached).toBe(false)
  }
})

test('caches nothing that plugins made', async () => {
  const plugins = [{ name: 'none', setup() {} }]
  await bundle({ plugins })
  expect((await bundle({ plugins })).cached).toBe(false)
})

test('caches nothing if an input was edited during the build', async () => {
  const later = new Date(Date.now() + 60_000)
  utimesSync(join(project, 'src/total.ts'), later, later)
  await bundle()
  expect((await bundle()).cached).toBe(false)
})

test.for([0, 10, 70, 500, -1])('ignores a damaged file and writes it again (byte %i)', async at => {
  const { code } = await bundle()
  for (const name of readdirSync(cacheFolder)) {
    const file = join(cacheFolder, name)
    const bytes = readFileSync(file)
    const index = at < 0 ? bytes.length + at : Math.min(at, bytes.length - 1)
    bytes[index] = bytes[index]! ^ 0xff
    writeFileSync(file, at === 500 ? bytes.subarray(0, index) : bytes)
  }
  const again = await bundle()
  expect([again.cached, again.code.sha256]).toEqual([false, code.sha256])
  expect((await bundle()).cached).toBe(true)
})

test('is private, and not used if it is not', async () => {
  await bundle()
  expect((statSync(cacheFolder).mode & 0o777).toString(8)).toBe('700')
  for (const name of readdirSync(cacheFolder)) expect((statSync(join(cacheFolder, name)).mode & 0o777).toString(8)).toBe('600')

  chmodSync(cacheFolder, 0o777)
  expect((await bundle()).cached).toBe(false)
  chmodSync(cacheFolder, 0o700)
  expect((await bundle()).cached).toBe(true)
  renameSync(cacheFolder, join(project, 'elsewhere'))
  symlinkSync(join(project, 'elsewhere'), cacheFolder)
  expect((await bundle()).cached).toBe(false)
})

test('bundles all the same if no folder can be made', async () => {
  vi.stubEnv('TMPDIR', join(project, 'package.json'))
  expect((await bundle()).code.entries.map(({ name }) => name)).toEqual(['orders.mjs', 'orders.mjs.map'])
})
