import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { installInto } from './built-package.ts'

/** How a program ended, and what it wrote. */
export interface Run {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Both, as they came. */
  readonly output: string
}

/** A small project of a user, with this package installed. */
export interface Project extends AsyncDisposable {
  readonly folder: string
  write(files: Readonly<Record<string, string>>): Promise<void>
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
  vitest(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
  jest(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
  nodeTest(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
}

export async function createProject(files: Readonly<Record<string, string>>): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'lambda-fixtures-project-')))
  const project: Project = {
    folder,
    async write(more) {
      for (const [name, text] of Object.entries(more)) {
        await mkdir(dirname(join(folder, name)), { recursive: true })
        await writeFile(join(folder, name), text)
      }
    },
    run: (program, args, env = {}) => run(program, args, { cwd: folder, env: { ...outside(), ...env } }),
    vitest: (args = [], env) => project.run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], env),
    jest: (args = [], env) => project.run(process.execPath, ['node_modules/jest/bin/jest.js', ...args], env),
    nodeTest: (args = [], env) => project.run(process.execPath, ['--test', '--test-reporter=spec', ...args], env),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
  await project.write({ 'package.json': '{ "type": "module", "private": true }', ...files })
  await installInto(folder)
  return project
}

/** This process's variables without those that say that a test runner, or a run of this library, is above. */
function outside(): Record<string, string> {
  const inner =
    /^(VITEST|JEST|NODE_TEST|NODE_OPTIONS|NODE_V8_COVERAGE|LAMBDA_FIXTURES|TEST$|NODE_ENV$|DEV$|PROD$|MODE$|SSR$|BASE_URL$|FORCE_COLOR|CI$)/
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !inner.test(entry[0]),
  )
  return { ...Object.fromEntries(kept), NO_COLOR: '1' }
}

function run(program: string, args: readonly string[], options: { cwd: string; env: Record<string, string> }): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const texts = { stdout: '', stderr: '', output: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        texts[name] += stripVTControlCharacters(chunk)
        texts.output += stripVTControlCharacters(chunk)
      })
    }
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...texts }))
  })
}
