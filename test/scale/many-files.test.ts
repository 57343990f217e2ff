import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProject, type Project } from '../support/project.ts'

const FILES = 200
/** In the environment of every process that the run starts. */
const SESSION = 'feedfacefeedface'

let project: Project

const testFile = (index: number): string => `
import { lambda } from 'lambda-fixtures/vitest'
import { expect, test } from 'vitest'
const fn = lambda({ entry: '../src/number.ts', environment: { NUMBER: '${index}' } })
test('has its own variables, folder and log', async () => {
  const result = await fn.invoke({ file: ${index} })
  expect(result).toHavePayload({ number: '${index}', file: ${index}, others: [] })
  expect(result).toHaveLogged('file ${index}', { times: 1 })
  expect(fn.instances).toHaveLength(1)
})`

beforeAll(async () => {
  const tests = Array.from({ length: FILES }, (_, index) => [`test/f${index}.test.ts`, testFile(index)])
  project = await createProject({
    'src/number.ts': `
import { readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
export const handler = async (event: { file: number }) => {
  const others = readdirSync(tmpdir())
  writeFileSync(tmpdir() + '/mark', '')
  console.log('file ' + event.file)
  return { number: process.env.NUMBER, file: event.file, others }
}`,
    ...Object.fromEntries(tests),
  })
})
afterAll(() => project[Symbol.asyncDispose]())

test('200 test files of a function each, on two cores, leave nothing and do not interfere', { timeout: 300_000 }, async () => {
  const tmp = join(project.folder, 'tmp')
  await project.write({ 'tmp/.keep': '' })
  const { output, code, signal } = await project.vitest(['--maxWorkers=2'], { LAMBDA_FIXTURES_SESSION: SESSION, TMPDIR: tmp })
  expect({ code, signal }, output.slice(-4_000)).toEqual({ code: 0, signal: null })
  expect(output).toMatch(/Tests {2}200 passed/)
  expect(output).not.toMatch(/stderr \||Unhandled/)
  expect(processesOf(SESSION)).toEqual([])
  // What stays is the bundle that all files share, and the watchdog's folder, as it waits for the next run.
  const left = readdirSync(tmp, { recursive: true, encoding: 'utf8' })
  expect(left.filter(name => /sessions\/.|instances|fifo/.test(name))).toEqual([])
})

function processesOf(session: string): string[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.filter(pid => {
    try {
      const own = readFileSync(`/proc/${pid}/environ`, 'latin1')
      return own.includes(session) && !/watchdog/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
    } catch {
      return false
    }
  })
}
