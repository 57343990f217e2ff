import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const run = fileURLToPath(new URL('../../../src/reaper/find-runner.ts', import.meta.url))
const node = (code: string) => [process.execPath, '--no-warnings', '--input-type=module', '-e', code]
const worker = `
import { currentRunner } from ${JSON.stringify(run)}
const { ppid } = process
console.log(process.pid)
process.stdin.resume().on('end', () => {
  console.log(JSON.stringify({ runner: currentRunner()?.pid ?? 'itself', adopted: process.ppid !== ppid }))
  process.exit()
})`

/** A worker, perhaps below a shell, of a runner that perhaps is killed before the worker looks for it. */
async function look({
  shell = false,
  killed = false,
  marked = true,
}): Promise<{ runner: number | string; adopted: boolean; pid: number }> {
  const start = shell ? ['sh', '-c', '"$@"; true', 'sh', ...node(worker)] : node(worker)
  const code = `
import { spawn } from 'node:child_process'
const [file, ...args] = ${JSON.stringify(start)}
spawn(file, args, { stdio: 'inherit', env: ${marked ? "{ ...process.env, VITEST: 'true' }" : 'process.env'} }).on('exit', () => process.exit())`
  const [file, ...args] = node(code)
  const runner = spawn(file!, args, { env: { PATH: process.env.PATH }, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void runner.kill('SIGKILL'))
  const lines = createInterface({ input: runner.stdout })
  await once(lines, 'line')
  if (killed) {
    runner.kill('SIGKILL')
    await once(runner, 'exit')
  }
  runner.stdin.end()
  const [said] = (await once(lines, 'line')) as [string]
  return { ...JSON.parse(said), pid: runner.pid }
}

test("a worker finds its runner's main process", async () => {
  const { runner, pid } = await look({})
  expect(runner).toBe(pid)
})

test('so does what a test has started by a shell', async () => {
  const { runner, pid } = await look({ shell: true })
  expect(runner).toBe(pid)
})

test('a process that no runner started is its own', async () => {
  expect((await look({ marked: false })).runner).toBe('itself')
})

test('a worker whose runner is dead knows that it is an orphan', async () => {
  expect(await look({ killed: true })).toMatchObject({ runner: 0, adopted: true })
})
