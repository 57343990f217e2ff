import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const bin = (path: string) => join(root, 'node_modules', path)

interface Seen {
  readonly id: string
  readonly thread: string
  readonly runner: 'parent' | 'another' | 'none'
}

/** Creates a project with three test files. Each writes down which session and runner it finds. */
async function project(extension: string, header: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lf-agree-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const library = join(folder, 'library.cjs')
  const contents = "export * from './src/reaper/session.ts'; export * from './src/reaper/find-runner.ts'"
  await build({ stdin: { contents, resolveDir: root }, bundle: true, platform: 'node', format: 'cjs', outfile: library })
  mkdirSync(join(folder, 'seen'))
  writeFileSync(join(folder, 'package.json'), '{}')
  for (const name of ['a', 'b', 'c']) {
    const body = `test('x', () => {
      const { currentRunner, currentSession } = require(${JSON.stringify(library)})
      const { id, owner, threadId } = currentSession()
      const pid = currentRunner()?.pid
      const runner = pid === undefined ? 'none' : pid === process.ppid ? 'parent' : 'another'
      const seen = { id, thread: owner.pid + '-' + threadId, runner }
      require('fs').writeFileSync(${JSON.stringify(join(folder, 'seen', name))}, JSON.stringify(seen))
    })`
    writeFileSync(join(folder, `${name}.test.${extension}`), `${header}\n${body}`)
  }
  return folder
}

function run(folder: string, args: string[]): { ids: Set<string>; threads: Set<string>; runners: string[] } {
  execFileSync(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
    stdio: 'pipe',
  })
  const seen: Seen[] = readdirSync(join(folder, 'seen')).map(file => JSON.parse(readFileSync(join(folder, 'seen', file), 'utf8')))
  expect(seen).toHaveLength(3)
  return {
    ids: new Set(seen.map(({ id }) => id)),
    threads: new Set(seen.map(({ thread }) => thread)),
    runners: [...new Set(seen.map(({ runner }) => runner))],
  }
}

/** All files find one session, and the next run has another. */
function expectAgreement(folder: string, args: string[]): ReturnType<typeof run> {
  const first = run(folder, args)
  expect(first.ids.size).toBe(1)
  expect(run(folder, args).ids).not.toEqual(first.ids)
  return first
}

const ESM = `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`

test.each([
  ['forks', 'parent'],
  ['threads', 'none'],
  ['vmForks', 'parent'],
  ['vmThreads', 'none'],
])('the workers of a vitest run with %s agree on the session, and know their runner: %s', async (pool, runner) => {
  const args = [bin('vitest/vitest.mjs'), 'run', '--globals', '--pool', pool, '--maxWorkers', '2']
  const { threads, runners } = expectAgreement(await project('mjs', ESM), args)
  expect(threads.size).toBeGreaterThan(1)
  expect(runners).toEqual([runner])
})

test.each([
  ['--maxWorkers=2', 'parent'],
  ['--runInBand', 'none'],
  ['--maxWorkers=2 --workerThreads', 'none'],
])('the workers of a jest run with %s agree on the session, and know their runner: %s', async (flags, runner) => {
  const folder = await project('js', '')
  const args = [bin('jest/bin/jest.js'), '--rootDir', folder, '--testEnvironment', 'node', ...flags.split(' ')]
  expect(expectAgreement(folder, args).runners).toEqual([runner])
})

test.each([
  ['--test', 'parent'],
  ['--test --test-isolation=none', 'none'],
])('the processes of a node:test run with %s agree on the session, and know their runner: %s', async (flags, runner) => {
  const folder = await project('mjs', `import test from 'node:test'\n${ESM}`)
  expect(expectAgreement(folder, flags.split(' ')).runners).toEqual([runner])
})
