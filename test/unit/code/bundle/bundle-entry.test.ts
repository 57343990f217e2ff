import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Bundle, bundleEntry } from '../../../../src/code/bundle/bundle-entry.ts'
import type { BundleOptions } from '../../../../src/code/bundle/bundle-plan.ts'
import { extractPackage } from '../../../../src/code/extract-package.ts'

let project: string
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'lambda-fixtures-bundle-')))
  // The cache is in there.
  mkdirSync(join(project, 'tmp'))
  vi.stubEnv('TMPDIR', join(project, 'tmp'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(project, { recursive: true })
})

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true })
    writeFileSync(join(project, name), text)
  }
}

async function bundle(entry: string, options: Partial<BundleOptions> = {}): Promise<Bundle> {
  return await bundleEntry({ entry: join(project, entry), runtime: 'nodejs24.x', ...options })
}

/** Runs the handler in a process of its own, far from the project, as Lambda does. */
async function run({ code, handler }: Bundle): Promise<unknown> {
  const task = mkdtempSync(join(tmpdir(), 'lambda-fixtures-task-'))
  try {
    const folders = { '/var/task': task, '/opt': '/opt', '/tmp': '/tmp' }
    await extractPackage(code, { directory: task, root: '/var/task', folders })
    const [file, ...path] = handler.split('.')
    const name = code.entries.find(entry => entry.name.startsWith(`${file}.`))!.name
    const url = JSON.stringify(pathToFileURL(join(task, name)).href)
    const load = name.endsWith('.cjs')
      ? `process.getBuiltinModule('module').createRequire(${url})(${JSON.stringify(`./${name}`)})`
      : `await import(${url})`
    const script = `const module = ${load}
      console.log(JSON.stringify(await ${JSON.stringify(path)}.reduce((value, key) => value[key], module)({})))`
    return JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
  } finally {
    rmSync(task, { recursive: true })
  }
}

const names = ({ code }: Bundle) => code.entries.map(entry => entry.name)
const failure = async (bundling: Promise<Bundle>) =>
  await bundling.then(
    () => 'no error',
    (error: Error & { code: string }) => `${error.code} ${error.message}`.replaceAll(project, '<project>'),
  )

const order = `globalThis.order ??= []; globalThis.order.push`
const esm = { 'package.json': '{ "type": "module" }' }

describe('bundles', () => {
  test('TypeScript with JSON, CommonJS and ESM around it', async () => {
    write({
      ...esm,
      'src/orders.ts': `
        import { price } from './price.js'
        import old from './old.cjs'
        import data from './data.json' with { type: 'json' }
        enum Kind { A = 1 }
        export const handler = async (_event: object): Promise<unknown> => ({ price, old, data, kind: Kind.A, url: import.meta.url.slice(-10) })`,
      'src/price.ts': 'export const price: number = await Promise.resolve(42)',
      'src/old.cjs': `const path = require('node:path'); module.exports = { require: typeof path.join, name: path.basename(__filename), dir: path.isAbsolute(__dirname) }`,
      'src/data.json': '{ "a": 1 }',
    })
    const made = await bundle('src/orders.ts')
    expect(names(made)).toEqual(['orders.mjs', 'orders.mjs.map'])
    expect(made).toMatchObject({ handler: 'orders.handler', warnings: [], cached: false })
    expect(await run(made)).toEqual({
      price: 42,
      old: { require: 'function', name: 'orders.mjs', dir: true },
      data: { a: 1 },
      kind: 1,
      url: 'orders.mjs',
    })
  })

  test.for([
    ['a.mts', {}, 'a.mjs'],
    ['a.mjs', {}, 'a.mjs'],
    ['a.cts', esm, 'a.cjs'],
    ['a.cjs', esm, 'a.cjs'],
    ['a.ts', esm, 'a.mjs'],
    ['a.ts', {}, 'a.cjs'],
    ['a.ts', { 'package.json': '{}' }, 'a.cjs'],
    ['deep/er/a.js', esm, 'a.mjs'],
  ] as const)('%s with %o becomes %s', async ([entry, files, output]) => {
    const text = /c[jt]s$/.test(entry) ? 'exports.handler = () => 42' : 'export const handler = () => 42'
    write({ ...files, [entry]: text })
    const made = await bundle(entry)
    expect(names(made)).toEqual([output, `${output}.map`])
    expect(await run(made)).toBe(42)
  })

  test('to the given format, with import.meta in CommonJS and a CommonJS entry’s exports in ESM', async () => {
    write({
      'a.mts': 'export const handler = () => [import.meta.url.slice(-5), import.meta.dirname === __dirname]',
      'b.cjs': 'exports.handler = () => 42',
    })
    const cjs = await bundle('a.mts', { format: 'cjs' })
    expect([names(cjs), await run(cjs), cjs.warnings]).toEqual([['a.cjs', 'a.cjs.map'], ['a.cjs', true], []])
    const made = await bundle('b.cjs', { format: 'esm' })
    expect([names(made), await run(made)]).toEqual([['b.mjs', 'b.mjs.map'], 42])
  })

  test('an entry with a require of its own', async () => {
    write({
      'a.mjs': `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\nexport const handler = () => require('node:os').EOL`,
    })
    expect(await run(await bundle('a.mjs'))).toBe('\n')
  })

  test('packages, the JSX and paths of the nearest tsconfig, define, loader and external', async () => {
    write({
      ...esm,
      'node_modules/dep/package.json': '{ "name": "dep", "main": "main.js" }',
      'node_modules/dep/main.js': 'exports.dep = 1',
      'tsconfig.json': '{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }',
      'lib/own.ts': 'export const own = 2',
      'query.graphql': '{ orders }',
      'a.ts': `
        import { dep } from 'dep'
        import { own } from '~/own'
        import query from './query.graphql'
        declare const STAGE: string
        export const handler = async () => [dep, own, query, STAGE, await import('not-there').catch(error => error.code)]`,
    })
    const made = await bundle('a.ts', { define: { STAGE: '"test"' }, loader: { '.graphql': 'text' }, external: ['not-there'] })
    expect(await run(made)).toEqual([1, 2, '{ orders }', 'test', 'ERR_MODULE_NOT_FOUND'])
  })

  test('with plugins', async () => {
    write({ 'a.mjs': `import value from 'virtual'\nexport const handler = () => value` })
    const plugin = {
      name: 'virtual',
      setup(build: import('esbuild').PluginBuild) {
        build.onResolve({ filter: /^virtual$/ }, () => ({ path: 'virtual', namespace: 'mine' }))
        build.onLoad({ filter: /.*/, namespace: 'mine' }, () => ({ contents: 'export default 42' }))
      },
    }
    expect(await run(await bundle('a.mjs', { plugins: [plugin] }))).toBe(42)
  })

  test('to the syntax of the runtime', async () => {
    write({ 'a.mjs': 'class A { static { globalThis.a = 1 } }\nexport const handler = () => A' })
    const text = async (runtime: string) => Buffer.from((await bundle('a.mjs', { runtime })).code.entries[0]!.data).toString()
    expect(await text('nodejs14.x')).not.toContain('static {')
    expect(await text('nodejs22.x')).toContain('static {')
  })

  test('with the names of error classes', async () => {
    write({
      'a.mjs': `import { Failure as Other } from './b.mjs'\nclass Failure extends Error {}\nexport const handler = () => [new Failure().constructor.name, new Other().constructor.name]`,
      'b.mjs': 'export class Failure extends Error {}',
    })
    expect(await run(await bundle('a.mjs'))).toEqual(['Failure', 'Failure'])
  })
})

describe('setup modules', () => {
  test.for(['esm', 'cjs'] as const)('are loaded first and in order, ESM and CommonJS mixed, into %s', async format => {
    write({
      ...esm,
      'one.cjs': `${order}('one')`,
      'two.ts': `${order}('two' as string)`,
      'three.cjs': `${order}('three')`,
      'src/orders.ts': `${order}('entry'); export const handler = () => order`,
    })
    const setup = ['one.cjs', 'two.ts', 'three.cjs'].map(name => join(project, name))
    expect(await run(await bundle('src/orders.ts', { setup, format }))).toEqual(['one', 'two', 'three', 'entry'])
  })

  test('are loaded before a CommonJS entry too, and from a package that declares no side effects', async () => {
    write({
      'package.json': '{ "sideEffects": false }',
      'one.ts': `${order}('one')\nexport {}`,
      'a.cjs': `${order}('entry'); exports.handler = () => order`,
    })
    expect(await run(await bundle('a.cjs', { setup: [join(project, 'one.ts')] }))).toEqual(['one', 'entry'])
  })
})

describe('the handler', () => {
  test.for([
    ['orders.ts', undefined, 'orders.handler'],
    ['orders.ts', 'other', 'orders.other'],
    ['orders.ts', 'orders.other', 'orders.other'],
    ['orders.ts', 'api.get', 'orders.api.get'],
    ['orders.ts', 'default', 'orders.default'],
    ['orders.v2.ts', 'orders.v2.handler', 'orders_v2.handler'],
    ['my orders.ts', undefined, 'my_orders.handler'],
  ] as const)('of %s, given as %s, is %s', async ([entry, handler, expected]) => {
    write({ [entry]: 'export const handler = () => 42, other = handler, api = { get: handler }; export default handler' })
    const made = await bundle(entry, handler === undefined ? {} : { handler })
    expect(made.handler).toBe(expected)
    expect(await run(made)).toBe(42)
  })
})

describe('errors', () => {
  test('are esbuild’s own text, without colours', async () => {
    write({ ...esm, 'src/orders.ts': `import { total } from './totl'\nexport const handler = () => total(` })
    expect(await failure(bundle('src/orders.ts'))).toMatchInlineSnapshot(`
      "BUNDLE_FAILED esbuild could not bundle <project>/src/orders.ts:

      ✘ [ERROR] Unexpected end of file

          src/orders.ts:2:35:
            2 │ export const handler = () => total(
              ╵                                    ^"
    `)
  })

  test('name the module that is missing, and what imports it', async () => {
    write({
      ...esm,
      'src/orders.ts': `import { total } from './totl'\nimport zod from 'not-installed'\nexport const handler = () => total(zod)`,
    })
    expect(await failure(bundle('src/orders.ts'))).toMatchInlineSnapshot(`
      "BUNDLE_FAILED esbuild could not bundle <project>/src/orders.ts:

      ✘ [ERROR] Could not resolve "./totl"

          src/orders.ts:1:22:
            1 │ import { total } from './totl'
              ╵                       ~~~~~~~~

      ✘ [ERROR] Could not resolve "not-installed"

          src/orders.ts:2:16:
            2 │ import zod from 'not-installed'
              ╵                 ~~~~~~~~~~~~~~~

        You can mark the path "not-installed" as external to exclude it from the bundle, which will remove this error and leave the unresolved path in the bundle."
    `)
  })

  test('name the export that is missing', async () => {
    write({ ...esm, 'src/orders.ts': 'export const main = () => 42' })
    expect(await failure(bundle('src/orders.ts'))).toMatchInlineSnapshot(`
      "BUNDLE_FAILED esbuild could not bundle <project>/src/orders.ts:

      ✘ [ERROR] No matching export in "src/orders.ts" for import "handler"

      Export handler from it, or set handler to the name of an export."
    `)
    expect(await failure(bundle('src/orders.ts', { handler: 'not a name' }))).toMatchInlineSnapshot(
      `"BUNDLE_FAILED handler: "not a name" is not the name of an export of <project>/src/orders.ts. Write the export's name, such as "handler"."`,
    )
  })

  test('name the entry that is missing', async () => {
    expect(await failure(bundle('src/orders.ts'))).toMatchInlineSnapshot(
      `"BUNDLE_FAILED The entry file <project>/src/orders.ts does not exist. Correct entry."`,
    )
  })

  test('name a setup module or an option that is wrong', async () => {
    write({ 'a.mjs': 'export const handler = () => 42' })
    expect(await failure(bundle('a.mjs', { setup: [join(project, 'none.ts')] }))).toMatchInlineSnapshot(`
      "BUNDLE_FAILED esbuild could not bundle <project>/a.mjs:

      ✘ [ERROR] Could not resolve "<project>/none.ts""
    `)
    expect(await failure(bundle('a.mjs', { loader: { '.x': 'nonsense' } }))).toMatchInlineSnapshot(`
      "BUNDLE_FAILED esbuild could not bundle <project>/a.mjs:

      Error: Invalid loader value: "nonsense""
    `)
  })

  test('say what to install', async () => {
    // Where no node_modules is above: a copy of the sources, loaded by a process of its own.
    const script = `
      const { cpSync, mkdirSync, writeFileSync } = await import('node:fs')
      cpSync(${JSON.stringify(join(import.meta.dirname, '../../../../src'))}, 'src', { recursive: true })
      writeFileSync('package.json', '{ "type": "module", "version": "0.0.0" }')
      writeFileSync('a.mjs', 'export const handler = () => 42')
      const { bundleEntry } = await import('file://' + process.cwd() + '/src/code/bundle/bundle-entry.ts')
      await bundleEntry({ entry: process.cwd() + '/a.mjs', runtime: 'nodejs24.x' }).catch(error => console.log(error.code, error.message))`
    expect(
      execFileSync(process.execPath, ['--experimental-strip-types', '--input-type=module', '-e', script], {
        cwd: project,
        encoding: 'utf8',
      }),
    ).toMatchInlineSnapshot(`
      "MISSING_PEER Bundling an entry needs esbuild, which is not installed. Install it: npm i -D esbuild
      "
    `)
  })
})
