import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchdogFlags } from '../../src/reaper/watchdog/client/launcher.ts'
import { installedPackage } from './runs/installed-package.ts'
import { cleanEnv, ownTemp, startClient, statusIn, userFolderIn, watchdogsOf } from './support.ts'

/** Of the 100 of the hard test; more by hand. */
const candidates = Number(process.env.LAMBDA_FIXTURES_TEST_WATCHDOGS ?? 40)

/** The watchdog as it is published. */
const program = join(await installedPackage(), 'lambda-fixtures/dist/watchdog.mjs')

/** A folder with a socket that nobody listens on any more. */
async function staleFolder(temp: string): Promise<string> {
  const folder = join(userFolderIn(temp), 'watchdog')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'v1.sock')
  const killed = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  await once(killed, 'exit')
  expect(readdirSync(folder)).toEqual(['v1.sock'])
  return folder
}

test(`of ${candidates} watchdogs that start at once, over a dead one's socket, one is left`, { timeout: 60_000 }, async () => {
  const temp = ownTemp()
  const folder = await staleFolder(temp)
  // All are up and wait for one event, so that they contend at the same instant.
  const gate = createServer()
  const waiting: (() => void)[] = []
  gate.on('connection', socket => waiting.push(() => socket.end()))
  const door = join(temp, 'gate.sock')
  await new Promise<void>(resolve => gate.listen(door, resolve))
  onTestFinished(() => void gate.close())
  const code = `require('net').connect(${JSON.stringify(door)}).on('data', () => {}).on('close', () => { process.argv[2] = ${JSON.stringify(folder)}; import(${JSON.stringify(program)}) })`
  const started: ChildProcess[] = []
  for (let i = 0; i < candidates; i++) {
    started.push(spawn(process.execPath, ['--lite-mode', '-e', code, 'x', folder], { env: cleanEnv(temp), stdio: 'ignore' }))
  }
  onTestFinished(() => started.forEach(child => void child.kill('SIGKILL')))
  await vi.waitFor(() => expect(waiting).toHaveLength(candidates), { timeout: 40_000, interval: 50 })
  for (const go of waiting) go()
  const alive = () => started.filter(child => child.exitCode === null && child.signalCode === null)
  await vi.waitFor(() => expect(alive()).toHaveLength(1), { timeout: 15_000, interval: 50 })
  expect((await statusIn(temp))?.pid).toBe(alive()[0]!.pid)
  expect(readdirSync(folder)).toEqual(['v1.sock'])
})

test('one that was replaced before it could watch leaves, and leaves the other its name', async () => {
  const folder = join(userFolderIn(ownTemp()), 'watchdog')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(import.meta.dirname, 'fixtures/replaced-watchdog.ts')
  const child = spawn(process.execPath, ['--no-warnings', file, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(readdirSync(folder)).toContain('v1.sock')
})

test('clients that start together share one watchdog', async () => {
  const temp = ownTemp()
  await Promise.all(Array.from({ length: 6 }, () => startClient(temp, ['idle'])))
  await vi.waitFor(() => expect(watchdogsOf(temp)).toHaveLength(1))
  expect((await statusIn(temp))!.clients.filter(({ held }) => held === 2)).toHaveLength(6)
})

test('a watchdog that loses its socket leaves when its last client has', async () => {
  const temp = ownTemp()
  const folder = await staleFolder(temp)
  const client = await startClient(temp, ['idle'])
  const { pid } = (await statusIn(temp))!
  const { renameSync } = await import('node:fs')
  renameSync(join(folder, 'v1.sock'), join(folder, 'elsewhere'))
  const second = await startClient(temp, ['idle'])
  expect((await statusIn(temp))!.pid).not.toBe(pid)
  expect(watchdogsOf(temp)).toHaveLength(2)
  await client.kill()
  await vi.waitFor(() => expect(watchdogsOf(temp)).not.toContain(pid), { timeout: 5000 })
  expect(second.child.exitCode).toBeNull()
})

test('the published watchdog needs under 60 MB, also after a hundred clients', async () => {
  const temp = ownTemp()
  const folder = join(userFolderIn(temp), 'watchdog')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const child = spawn(process.execPath, [...watchdogFlags, program, folder], {
    env: cleanEnv(temp, { LAMBDA_FIXTURES_RECONNECTION_TIMEOUT: '1ms' }),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once((child.stdio[3] as Readable).resume(), 'close')
  const { connect } = await import('node:net')
  for (let i = 0; i < 100; i++) {
    const socket = connect(join(folder, 'v1.sock'))
    const owner = { host: 'h', boot: 'b', pid: 1, startTime: String(i) }
    socket.write(`HELLO ${JSON.stringify({ client: String(i), session: '0123456789abcdef', owner, threadId: 0 })}\n`)
    for (let id = 0; id < 3; id++) {
      socket.write(
        `HOLD ${JSON.stringify({ id, resource: { kind: 'process', instanceId: i.toString(16).padStart(31, '0') + id } })}\n`,
      )
    }
    let answers = ''
    for await (const chunk of socket) {
      answers += chunk
      if (answers.split('\n').length === 5) break
    }
    expect(answers).toBe('ACK\nACK\nACK\nACK\n')
  }
  await vi.waitFor(async () => expect((await statusIn(temp))!.clients).toHaveLength(1), { timeout: 10_000 })
  const { rssBytes } = (await statusIn(temp))!
  console.log(`watchdog: ${(rssBytes / 1e6).toFixed(1)} MB`)
  expect(rssBytes).toBeLessThan(60e6)
})
