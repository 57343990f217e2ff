import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../killing/support.ts'

const bin = (path: string) => join(root, 'node_modules', path)

// Each test file of a tiny project writes down the session that it finds itself in.
async function project(files: string[], header: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lf-agree-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'session.cjs')
  await build({ entryPoints: [join(root, 'src/reaper/session.ts')], bundle: true, platform: 'node', format: 'cjs', outfile })
  mkdirSync(join(folder, 'seen'))
  writeFileSync(join(folder, 'package.json'), '{}')
  for (const file of files) {
    const body = `test('x', () => {
      const { id, owner, threadId } = require(${JSON.stringify(outfile)}).currentSession()
      require('fs').writeFileSync(${JSON.stringify(join(folder, 'seen', `${file}.json`))}, JSON.stringify({ id, place: owner.pid + '-' + threadId }))
    })`
    writeFileSync(join(folder, file), `${header}\n${body}`)
  }
  return folder
}

function run(folder: string, args: string[]): { ids: Set<string>; places: Set<string>; files: number } {
  execFileSync(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
    stdio: 'pipe',
  })
  const seen = readdirSync(join(folder, 'seen')).map(file => JSON.parse(readFileSync(join(folder, 'seen', file), 'utf8')))
  return { ids: new Set(seen.map(({ id }) => id)), places: new Set(seen.map(({ place }) => place)), files: seen.length }
}

const esm = `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`
const names = (extension: string) => ['a', 'b', 'c'].map(name => `${name}.test.${extension}`)

test.each(['forks', 'threads', 'vmForks', 'vmThreads'])('the workers of one vitest run (%s) agree on the session', async pool => {
  const folder = await project(names('mjs'), esm)
  const vitest = [bin('vitest/vitest.mjs'), 'run', '--globals', '--pool', pool, '--maxWorkers', '2']
  const first = run(folder, vitest)
  expect(first.files).toBe(3)
  expect(first.places.size).toBeGreaterThan(1)
  expect(first.ids.size).toBe(1)
  expect(run(folder, vitest).ids).not.toEqual(first.ids)
})

test.each([['--maxWorkers=2'], ['--runInBand'], ['--maxWorkers=2', '--workerThreads']])(
  'the workers of one jest run (%s) agree',
  async (...flags) => {
    const folder = await project(names('js'), '')
    const jest = [bin('jest/bin/jest.js'), '--rootDir', folder, '--testEnvironment', 'node', ...flags]
    const first = run(folder, jest)
    expect(first.files).toBe(3)
    expect(first.ids.size).toBe(1)
    expect(run(folder, jest).ids).not.toEqual(first.ids)
  },
)

test.each([['--test'], ['--test', '--test-isolation=none']])(
  'the processes of one node:test run (%s %s) agree',
  async (...flags) => {
    const folder = await project(names('mjs'), `import test from 'node:test'\n${esm}`)
    const first = run(folder, flags)
    expect(first.files).toBe(3)
    expect(first.ids.size).toBe(1)
    expect(run(folder, flags).ids).not.toEqual(first.ids)
  },
)
