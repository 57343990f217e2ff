import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { cleanEnv, groupOf, isAlive, processesWith, spawnTied } from '../support.ts'

export const runners = ['vitest', 'jest', 'node:test'] as const
export type Runner = (typeof runners)[number]

export interface RunOptions {
  readonly runner: Runner
  /** The folder that `installedPackage` returns. */
  readonly modules: string
  readonly temp: string
  /** One of `fixtures/roles.cjs`. */
  readonly role: string
  /** The number of test files. Two by default, so that jest starts workers. */
  readonly files?: number
  readonly env?: Record<string, string>
  /** Registers a function that kills the run. Default: after the test. */
  readonly after?: (cleanUp: () => void) => void
  /** More of the runner's configuration, such as vitest's `globalSetup`. */
  readonly config?: Record<string, unknown>
  /** Runs in a terminal, where vitest watches. Its stdin is the keyboard. */
  readonly terminal?: boolean
}

/** A run of a real test runner, in a process group of its own. */
export interface Run {
  readonly child: ChildProcess
  /** What each of its files has reported under a name. */
  said<T>(name: string): T[]
  /** What it has printed so far. */
  output(): string
  /** Waits until every file is in the middle of an invocation. */
  ready(): Promise<readonly { readonly pid: number; readonly session: string }[]>
  /** Waits for its end. */
  ended(): Promise<{ readonly code: number | null; readonly output: string }>
  /** Signals the whole group, as a terminal or a CI system does, or only the runner's main process. */
  signal(signal: NodeJS.Signals, to?: 'group' | 'main'): void
  /** The pids of workers that wait for their runner's death, with `LATE`. */
  loaded(): readonly number[]
  /** Lets the control role stop. */
  stop(): void
}

const headers: Record<Runner, string> = {
  vitest: `import { createRequire } from 'node:module'
import { test } from 'vitest'
import { lambda } from 'lambda-fixtures/vitest'
const require = createRequire(import.meta.url)`,
  jest: `const { lambda } = require('lambda-fixtures/jest')`,
  'node:test': `import { createRequire } from 'node:module'
import { test } from 'node:test'
import { lambda } from 'lambda-fixtures/node-test'
const require = createRequire(import.meta.url)`,
}

/** Runs a command in a pseudo terminal. */
const inTerminal = ['python3', '-c', 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))']

export function startRun({
  runner,
  modules,
  temp,
  role,
  files = 2,
  env = {},
  config = {},
  terminal = false,
  after = onTestFinished,
}: RunOptions): Run {
  const project = mkdtempSync(join(temp, 'project-'))
  const out = join(project, 'out')
  mkdirSync(out)
  symlinkSync(modules, join(project, 'node_modules'))
  cpSync(join(import.meta.dirname, 'fixtures/roles.cjs'), join(project, 'roles.cjs'))
  const names = Array.from({ length: files }, (_, index) => `file-${index}`)
  for (const name of names) {
    const body = `const { declared, play } = require('./roles.cjs')
const fns = declared.map(option => lambda(option))
test('plays its role', ${runner === 'node:test' ? '' : 'async () => {'}${runner === 'node:test' ? `() => play('${name}', fns))` : ` await play('${name}', fns) }, 900_000)`}`
    writeFileSync(join(project, `${name}.test.${runner === 'jest' ? 'js' : 'mjs'}`), `${headers[runner]}\n${body}\n`)
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ jest: { testEnvironment: 'node', ...config } }))
  writeFileSync(
    join(project, 'vitest.config.mjs'),
    `export default { test: ${JSON.stringify({ maxWorkers: Math.min(files, 4), ...config })} }`,
  )
  const args = {
    vitest: [join(modules, 'vitest/vitest.mjs'), terminal ? 'watch' : 'run'],
    jest: [join(modules, 'jest/bin/jest.js'), `--maxWorkers=${Math.min(files, 4)}`, '--rootDir', project],
    'node:test': ['--test', `--test-concurrency=${Math.min(files, 4)}`, '**/*.test.mjs'],
  }[runner]
  const child = spawnTied(
    [...(terminal ? inTerminal : []), process.execPath, ...args],
    {
      cwd: project,
      env: cleanEnv(temp, { ROLE: role, OUT: out, LAMBDA_FIXTURES_BACKEND: 'process', ...env }),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    },
    after,
  )
  if (!terminal) child.stdin!.end()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', chunk => (output += chunk))
  const exit = once(child, 'exit')
  // One by one, because the group's number may be another's when all of its processes have ended.
  const members = (): number[] =>
    processesWith(`OUT=${out}\0`).filter(pid => isAlive(pid) && (terminal || groupOf(pid) === child.pid))
  const signal: Run['signal'] = (name, to = 'group') => {
    if (to === 'main') child.kill(name)
    else for (const pid of members()) process.kill(pid, name)
  }
  after(() => signal('SIGKILL'))
  const said = <T>(name: string): T[] =>
    names
      .map(file => join(out, `${name}-${file}.json`))
      .filter(existsSync)
      .map(path => JSON.parse(readFileSync(path, 'utf8')))
  return {
    child,
    said,
    signal,
    output: () => output,
    async ready() {
      return await vi.waitFor(
        () => {
          const all = said<{ pid: number; session: string }>('ready')
          // Each of the four workers is busy with its first file.
          const atOnce = Math.min(files, 4)
          if (all.length < atOnce) throw new Error(`${all.length} of ${atOnce} files are ready; so far:\n${output}`)
          return all
        },
        { timeout: 30_000, interval: 20 },
      )
    },
    async ended() {
      await exit
      return { code: child.exitCode, output }
    },
    loaded: () => readdirSync(out).flatMap(name => (name.startsWith('loaded-') ? [Number(name.slice(7))] : [])),
    stop: () => writeFileSync(join(out, 'stop'), ''),
  }
}
