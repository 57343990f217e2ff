import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'

const WORKER = join(import.meta.dirname, 'fixtures/jest-worker/build/worker.ts')
const SCRIPT = join(import.meta.dirname, 'fixtures/look-for-runner.ts')

interface Situation {
  /** What is started: a worker of the runner, or another program. */
  readonly file: string
  /** Whether it is started by a shell. */
  readonly shell?: boolean
  /** Whether the runner is killed before the file looks for it. */
  readonly killed?: boolean
  /** Whether the file has a runner's variable in its environment. */
  readonly marked?: boolean
}

/** Starts a runner that starts a file, and returns what the file finds. */
async function look({ file, shell = false, killed = false, marked = true }: Situation) {
  const command = [process.execPath, '--no-warnings', file]
  const started = shell ? ['sh', '-c', '"$@"; true', 'sh', ...command] : command
  const code = `
const [file, ...args] = ${JSON.stringify(started)}
require('child_process')
  .spawn(file, args, { stdio: 'inherit', env: ${marked ? "{ ...process.env, VITEST: 'true' }" : 'process.env'} })
  .on('exit', () => process.exit())`
  const runner = spawn(process.execPath, ['-e', code], { env: { PATH: process.env.PATH }, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void runner.kill('SIGKILL'))
  const lines = createInterface({ input: runner.stdout })
  await once(lines, 'line')
  if (killed) {
    runner.kill('SIGKILL')
    await once(runner, 'exit')
  }
  runner.stdin.end()
  const [said] = (await once(lines, 'line')) as [string]
  return { ...(JSON.parse(said) as { runner: number | 'none'; adopted: boolean; session: string }), pid: runner.pid }
}

test("a worker's runner is its parent", async () => {
  const { runner, pid } = await look({ file: WORKER })
  expect(runner).toBe(pid)
})

test('a worker whose runner was killed has a runner that never runs', async () => {
  expect(await look({ file: WORKER, killed: true })).toMatchObject({ runner: 0, adopted: true })
})

test('what a test starts has no runner, so that it may outlive it', async () => {
  expect((await look({ file: SCRIPT })).runner).toBe('none')
  expect((await look({ file: SCRIPT, shell: true })).runner).toBe('none')
})

test('what merely inherited the variable of a runner, and was adopted, has no runner', async () => {
  expect(await look({ file: SCRIPT, killed: true })).toMatchObject({ runner: 'none', adopted: true })
})

test('what no runner started has none', async () => {
  expect((await look({ file: SCRIPT, marked: false })).runner).toBe('none')
})
