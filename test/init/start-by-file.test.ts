import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { type StartCommand, startFile } from '../../src/backends/init/init-control.ts'
import { runtimeFile, TestEnvironment } from './harness.ts'

const folder = mkdtempSync(join(tmpdir(), 'lf-start-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** An environment whose init finds its first START in a file. */
function withFile(start: StartCommand, gate?: () => Promise<unknown>): TestEnvironment {
  const file = join(folder, randomUUID())
  writeFileSync(file, startFile(start))
  return new TestEnvironment({
    start,
    settings: { startFile: file },
    sandbox: { startsByFile: true },
    ...(gate && { gate }),
  })
}

async function appeared(file: string): Promise<void> {
  const watcher = watch(folder)
  while (!existsSync(file)) await once(watcher, 'change')
  watcher.close()
}

const shell = (script: string): StartCommand => ({ command: ['sh', '-c', script] })

test('starts the runtime before there is a stream', async () => {
  const mark = join(folder, randomUUID())
  const script = `echo early; touch ${mark}; exec ${process.execPath} ${runtimeFile}`
  await using environment = withFile(shell(script), () => appeared(mark))
  await environment.connect()
  expect(environment.output).toBe('')
  await environment.sandbox.start()
  expect(await environment.invoke({ do: 'echo', data: 'hello' })).toBe('hello')
  expect(environment.output).toBe('early\n')
  await environment.sandbox.stop()
  await environment.sandbox.start()
  expect(await environment.invoke({ do: 'echo', data: 'again' })).toBe('again')
})

test('reports an end that came before the start was asked for', async () => {
  await using environment = withFile(shell('echo last words; exit 3'))
  await environment.connect()
  await environment.sandbox.start()
  expect(await environment.exited()).toEqual({ code: 3, signal: null, outOfMemory: false })
  expect(environment.output).toBe('last words\n')
})

test.each([
  ['an end', 'exit 3'],
  ['an init error', `exec ${process.execPath} -e "${initError()}"`],
])('measures the time until %s without the time in which there was no stream', async (_, script) => {
  const mark = join(folder, randomUUID())
  let waited = 0
  await using environment = withFile(shell(`touch ${mark}; ${script}`), async () => {
    const begin = performance.now()
    await appeared(mark)
    await sleep(700)
    waited = performance.now() - begin
  })
  const posted = once(environment.server, 'request')
  await environment.launch()
  await Promise.race([posted, environment.exited()])
  expect(environment.sandbox.startupMs()).toBeGreaterThan(0)
  expect(environment.sandbox.startupMs()).toBeLessThan(waited)
})

/** A program that posts an init error, and waits for the answer. */
function initError(): string {
  return "require('http').request('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/init/error', { method: 'POST' }).end('{}')"
}

test('refuses a missing program when the start is asked for', async () => {
  await using environment = withFile({ command: ['/nowhere/at-all'] })
  await environment.connect()
  await expect(environment.sandbox.start()).rejects.toMatchObject({
    errorType: 'Runtime.InvalidEntrypoint',
    message: 'fork/exec /nowhere/at-all: no such file or directory',
  })
})

test('delivers everything that was logged before the first stream', async () => {
  const mark = join(folder, randomUUID())
  // More than the pipe and the init hold, so the writer waits for the stream.
  const script = `touch ${mark}; head -c 8000000 /dev/zero | tr '\\0' x; echo; exec sleep 1000`
  await using environment = withFile(shell(script), () => appeared(mark))
  await environment.launch()
  await environment.printed('\n')
  expect(environment.output).toHaveLength(8_000_001)
})
