import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WATCHDOG_FLAGS } from '../../src/reaper/watchdog/client/start-watchdog.ts'
import { builtPackage } from '../support/built-package.ts'
import { NIGHTLY } from '../support/size.ts'
import {
  cleanEnv,
  node,
  ownTemp,
  socketIn,
  spawnTied,
  startClient,
  statusIn,
  WITHIN,
  watchdogFolderIn,
  watchdogsOf,
} from './support.ts'

const CANDIDATES = NIGHTLY ? 100 : 25

/** The watchdog as it is published. */
const program = join(await builtPackage(), 'dist/watchdog.mjs')

function watchdogFolder(temp: string): string {
  mkdirSync(watchdogFolderIn(temp), { recursive: true, mode: 0o700 })
  return watchdogFolderIn(temp)
}

/** The watchdog's folder with a socket that no process listens on any more. */
async function staleFolder(temp: string): Promise<string> {
  const folder = watchdogFolder(temp)
  const listen = `require('net').createServer().listen(${JSON.stringify(socketIn(temp))}, () => process.kill(process.pid, 'SIGKILL'))`
  await once(spawn(process.execPath, ['-e', listen]), 'exit')
  expect(readdirSync(folder)).toEqual([basename(socketIn(temp))])
  return folder
}

test(`one of ${CANDIDATES} watchdogs that start at once is elected when a dead one has left its socket`, async () => {
  const temp = ownTemp()
  const folder = await staleFolder(temp)
  // All candidates have started and wait for one event, so that they contend at the same moment.
  const gate = createServer()
  const waiting: (() => void)[] = []
  const { promise: allWait, resolve } = Promise.withResolvers<void>()
  gate.on('connection', socket => {
    if (waiting.push(() => socket.end()) === CANDIDATES) resolve()
  })
  const door = join(temp, 'gate.sock')
  await once(gate.listen(door), 'listening')
  onTestFinished(() => void gate.close())
  const code = `require('net').connect(${JSON.stringify(door)}).on('data', () => {}).on('close', () => { process.argv[2] = ${JSON.stringify(folder)}; import(${JSON.stringify(program)}) })`
  const candidates = Array.from({ length: CANDIDATES }, () =>
    spawnTied(node('--lite-mode', '-e', code, 'x', folder), { env: cleanEnv(temp), stdio: 'ignore' }),
  )
  await allWait
  let losers = 0
  const elected = new Promise<void>(resolve => {
    for (const candidate of candidates) candidate.once('exit', () => ++losers === CANDIDATES - 1 && resolve())
  })
  for (const go of waiting) go()
  await elected
  const alive = candidates.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
  expect((await statusIn(temp))?.pid).toBe(alive[0]!.pid)
  expect(readdirSync(folder)).toEqual([basename(socketIn(temp))])
})

test('a watchdog that lost its socket before it could watch leaves, and the other keeps the name', async () => {
  const temp = ownTemp()
  const folder = watchdogFolder(temp)
  const child = spawnTied(node(join(import.meta.dirname, 'fixtures/replaced-watchdog.ts'), folder), {
    env: cleanEnv(temp),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(readdirSync(folder)).toContain(basename(socketIn(temp)))
})

test('clients that start together share one watchdog', async () => {
  const temp = ownTemp()
  await Promise.all(Array.from({ length: 4 }, () => startClient(temp, ['idle'])))
  await vi.waitFor(() => expect(watchdogsOf(temp)).toHaveLength(1), WITHIN)
  expect((await statusIn(temp))!.clients.filter(({ resources }) => resources === 2)).toHaveLength(4)
})

test('a watchdog that loses its socket leaves after its last client', async () => {
  const temp = ownTemp()
  const folder = await staleFolder(temp)
  const client = await startClient(temp, ['idle'])
  const { pid } = (await statusIn(temp))!
  renameSync(socketIn(temp), join(folder, 'elsewhere'))
  const second = await startClient(temp, ['idle'])
  expect((await statusIn(temp))!.pid).not.toBe(pid)
  expect(watchdogsOf(temp)).toHaveLength(2)
  await client.kill()
  await vi.waitFor(() => expect(watchdogsOf(temp)).not.toContain(pid), WITHIN)
  expect(second.child.exitCode).toBeNull()
})

test('the published watchdog needs less than 60 MB, also after a hundred clients', async () => {
  const temp = ownTemp()
  const folder = watchdogFolder(temp)
  const child = spawnTied([process.execPath, ...WATCHDOG_FLAGS, program, folder], {
    env: cleanEnv(temp, { LAMBDA_FIXTURES_RECONNECTION_TIMEOUT: '1ms' }),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  await once((child.stdio[3] as Readable).resume(), 'close')
  for (let i = 0; i < 100; i++) {
    const socket = connect(socketIn(temp))
    const owner = { host: 'h', boot: 'b', pid: 1, startTime: String(i) }
    socket.write(`HELLO ${JSON.stringify({ client: String(i), session: '0123456789abcdef', owner, threadId: 0 })}\n`)
    for (let id = 1; id <= 3; id++) {
      const resource = { kind: 'process', instanceId: i.toString(16).padStart(31, '0') + id }
      socket.write(`REGISTER ${JSON.stringify({ id, resource })}\n`)
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
  expect(rssBytes).toBeLessThan(60e6)
})
