import { expect, test } from 'vitest'
import { createProject } from '../support/project.ts'

/** Modules of Node that take long to load, and packages that other backends need. */
const SLOW = ['http', 'https', 'http2', 'tls', 'dns']
const OTHERS = /node_modules\/(proper-lockfile|tar-stream|dockerode|testcontainers|jszip|esbuild|@kubernetes)\//

test('a function on the process backend does not load what it does not need', async () => {
  await using project = await createProject({
    'main.mjs': `
import { createRequire } from 'node:module'
import { launch } from 'lambda-fixtures'
const fn = await launch({
  backend: 'process',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  code: { 'index.js': 'exports.handler = async event => event' },
})
await fn.invoke({})
await fn.terminate()
const builtIn = process.moduleLoadList.flatMap(name => /^NativeModule (.*)/.exec(name)?.slice(1) ?? [])
console.log(JSON.stringify({ builtIn, packages: Object.keys(createRequire(import.meta.url).cache) }))`,
  })
  const { code, stdout, output } = await project.run(process.execPath, ['main.mjs'])
  expect(code, output).toBe(0)
  const { builtIn, packages } = JSON.parse(stdout) as { builtIn: string[]; packages: string[] }
  expect(builtIn).toContain('net')
  expect(builtIn.filter(name => SLOW.includes(name))).toEqual([])
  expect(packages.filter(file => OTHERS.test(file))).toEqual([])
})
