// What a test file pays: import, first launch and end, each in a process that has just started, beside bare starts of Node.
// `node bench/file.ts`
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProject } from '../test/support/project.ts'
import { judge, median, sideBySide, time } from './measure.ts'

const ROUNDS = 20
const OTHERS = 2_000

const timeImport = (runner: string, entry: string): string => `
${runner === '' ? '' : `await import('${runner}')`}
const start = performance.now()
await import('${entry}')
console.log(JSON.stringify({ imported: performance.now() - start }))
process.exit()`

const timeFunction = (options: string): string => `
import { launch } from 'lambda-fixtures'
const start = performance.now()
const fn = await launch({ ${options}, backend: 'process' })
// Throws if the function fails.
await fn({})
const answered = performance.now()
await fn.terminate()
console.log(JSON.stringify({ answered: answered - start, terminated: performance.now() - answered }))`

await using project = await createProject({
  'root.mjs': timeImport('', 'lambda-fixtures'),
  'vitest.mjs': timeImport('vitest', 'lambda-fixtures/vitest'),
  'node-test.mjs': timeImport('node:test', 'lambda-fixtures/node-test'),
  'jest.config.json': '{ "testMatch": ["**/*.jest.cjs"], "transform": {} }',
  'import.jest.cjs': `
    require('@jest/globals')
    const start = performance.now()
    require('lambda-fixtures/jest')
    const imported = performance.now() - start
    test('is imported', () => require('node:fs').writeFileSync('jest.json', JSON.stringify({ imported })))`,
  'code.mjs': timeFunction(
    `runtime: 'nodejs24.x', handler: 'index.handler', code: { 'index.js': 'exports.handler = async event => event' }`,
  ),
  'handler.ts': 'export const handler = async (event: unknown) => event',
  'entry.mjs': timeFunction(`entry: 'handler.ts'`),
})
// Not in the project, whose package.json would make ES modules of the functions' files.
const temp = await mkdtemp(join(tmpdir(), 'lf-bench-'))
const env = { TMPDIR: temp }

interface Times {
  readonly imported: number
  readonly answered: number
  readonly terminated: number
}

async function timesOf(file: string): Promise<Times> {
  const { stdout, output, code } = await project.run(process.execPath, [file], env)
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${output}`)
  return JSON.parse(stdout) as Times
}

async function jestImport(): Promise<number> {
  const { output, code } = await project.jest([], env)
  if (code !== 0) throw new Error(`jest ended with ${code}: ${output}`)
  return (JSON.parse(await readFile(join(project.folder, 'jest.json'), 'utf8')) as Times).imported
}

const bare = (): Promise<number> => time(() => project.run(process.execPath, ['-e', '0'], env))

/** The end of a function whose first answer is what the bench measures. */
const ends: number[] = []
async function answer(file: string): Promise<number> {
  const { answered, terminated } = await timesOf(file)
  ends.push(terminated)
  return answered
}

async function withOthers<T>(measure: () => Promise<T>): Promise<T> {
  const others: ChildProcess[] = []
  try {
    for (let index = 0; index < OTHERS; index++) others.push(spawn('sleep', ['1000'], { stdio: 'ignore' }))
    await Promise.all(others.map(other => other.pid ?? once(other, 'error')))
    return await measure()
  } finally {
    const gone = others.map(other => once(other, 'exit'))
    for (const other of others) other.kill('SIGKILL')
    await Promise.all(gone)
  }
}

const times = await sideBySide(ROUNDS, {
  bare,
  root: async () => (await timesOf('root.mjs')).imported,
  vitest: async () => (await timesOf('vitest.mjs')).imported,
  jest: jestImport,
  nodeTest: async () => (await timesOf('node-test.mjs')).imported,
  code: () => answer('code.mjs'),
  entry: () => answer('entry.mjs'),
})
const terminated = median(ends)
const crowded = await withOthers(() =>
  sideBySide(ROUNDS, { bare, terminated: async () => (await timesOf('code.mjs')).terminated }),
)
await rm(temp, { recursive: true })
console.log('medians, ms:', { ...times, terminated, [`beside ${OTHERS} processes`]: crowded })

process.exitCode = judge([
  { name: 'import of lambda-fixtures / bare start', ratio: times.root / times.bare, limit: 0.5 },
  { name: 'import of lambda-fixtures/vitest after vitest / bare start', ratio: times.vitest / times.bare, limit: 0.5 },
  { name: 'import of lambda-fixtures/jest after @jest/globals / bare start', ratio: times.jest / times.bare, limit: 0.5 },
  { name: 'import of lambda-fixtures/node-test after node:test / bare start', ratio: times.nodeTest / times.bare, limit: 0.5 },
  { name: 'first launch and answer, code / bare start', ratio: times.code / times.bare, limit: 1.6 },
  { name: 'first launch and answer, cached entry / bare start', ratio: times.entry / times.bare, limit: 1.6 },
  { name: 'terminate / bare start', ratio: terminated / times.bare, limit: 0.15 },
  { name: `terminate beside ${OTHERS} processes / bare start`, ratio: crowded.terminated / crowded.bare, limit: 0.15 },
])
