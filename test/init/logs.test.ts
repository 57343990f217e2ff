import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestEnvironment } from './harness.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-logs-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function fileMade(path: string): Promise<void> {
  const watcher = watch(folder)
  while (!existsSync(path)) await once(watcher, 'change')
  watcher.close()
}

test('delivers what a handler logged before its answer, on a busy machine too', async () => {
  await using environment = await new TestEnvironment().launch()
  const hogs = Array.from({ length: 2 }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  let missed = 0
  for (let i = 0; i < 1000; i++) {
    environment.output = ''
    await environment.invoke({ do: 'mixed', tag: `#${i}` })
    const expected = Array.from({ length: 20 }, (_, line) => `#${i} ${line}\n`).join('')
    if (environment.output !== expected) missed++
  }
  for (const hog of hogs) hog.kill('SIGKILL')
  expect(missed).toBe(0)
})

test('delivers 120 KB for each invocation, complete and in order', async () => {
  await using environment = await new TestEnvironment().launch()
  for (let i = 0; i < 50; i++) {
    environment.output = ''
    await environment.invoke({ do: 'log', tag: `#${i}`, lines: 400, width: 290 })
    expect(environment.output.match(/^#\d+ \d+/gm)).toEqual(Array.from({ length: 400 }, (_, line) => `#${i} ${line}`))
  }
})

test('keeps the order of output and telemetry frames', async () => {
  await using environment = await new TestEnvironment({ start: { telemetry: true } }).launch()
  await environment.invoke({ do: 'telemetry' })
  expect(environment.output).toBe('before\nframe\nafter\n')
})

test("copies the output without the telemetry frames' heads to the engine's log", async () => {
  const frame = String.raw`\245\132\000\003\000\000\000\005\000\000\000\000\000\000\000\001hello`
  await using environment = new TestEnvironment({ command: ['sh', '-c', `printf 'a\\n${frame}'; printf 'b\\n'`] })
  await environment.launch()
  await environment.exited()
  environment.init.kill('SIGTERM')
  await environment.initEnded
  expect(environment.output).toContain('\xa5Z\x00\x03')
  expect(environment.teed).toBe('a\nhello\nb\n')
})

test('a handler does not wait for a stalled test process until the buffers are full, and nothing is lost', async () => {
  await using environment = await new TestEnvironment().launch()
  await environment.asked()
  environment.bridge!.stdout!.pause()
  const made = join(folder, 'stalled')
  const answer = environment.invoke({ do: 'flood', lines: 3000, width: 1000, mark: made })
  await fileMade(made)
  environment.bridge!.stdout!.resume()
  await answer
  expect(environment.output.match(/^\d+/gm)).toEqual(Array.from({ length: 3000 }, (_, line) => String(line)))
})

test('without a stream, the oldest lines are dropped and counted, and the handler does not wait', async () => {
  let release = (): void => {}
  let opened: Promise<void> = Promise.resolve()
  await using environment = new TestEnvironment({
    gate: () => opened,
  })
  await environment.launch()
  await environment.asked()
  opened = new Promise(resolve => {
    release = resolve
  })
  const made = join(folder, 'detached')
  const answer = environment.invoke({ do: 'flood', lines: 12_000, width: 1000, mark: made })
  // The event must have arrived before the stream breaks.
  await environment.printed('0 xxx')
  environment.sandbox.breakStream()
  await fileMade(made)
  release()
  await answer
  const lines = Array.from({ length: 12_000 }, (_, line) => `${line} ${'x'.repeat(1000)}\n`).join('')
  const notice = /\[lambda-fixtures: (\d+) bytes of the log are missing.*\n/g
  const dropped = [...environment.output.matchAll(notice)].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
  expect(dropped).toBeGreaterThan(0)
  expect(environment.output.replace(notice, '').length + dropped).toBe(lines.length)
  expect(lines.endsWith(environment.output.slice(-3_000_000))).toBe(true)
})
