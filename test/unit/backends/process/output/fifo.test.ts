import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { Fifo } from '../../../../../src/backends/process/output/fifo.ts'
import { hrnow } from '../../../../../src/platform/clock.ts'
import { userFolder } from '../../../../../src/platform/user-folder.ts'

// A stock of its own.
const temp = mkdtempSync(join(tmpdir(), 'fifo-'))
vi.stubEnv('TMPDIR', temp)
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(temp, { recursive: true })
})

async function open(onData: (chunk: Buffer) => void = () => undefined): Promise<Fifo> {
  const fifo = await Fifo.create(onData)
  onTestFinished(() => fifo.close())
  return fifo
}

const inodeOf = (fifo: Fifo): number => fstatSync(fifo.stdio[1]).ino

/** As many as are in the stock, and one more. */
async function openAll(onData?: (chunk: Buffer) => void): Promise<Fifo[]> {
  const { length } = readdirSync(join(userFolder(), 'pipes'))
  return Promise.all(Array.from({ length: length + 1 }, () => open(onData)))
}

/** A process that writes to the pipe without an end. */
function flood(fifo: Fifo): ChildProcess {
  const child = spawn('yes', { stdio: fifo.stdio.slice(0, 3) as never })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Opens the pipe another time, as a process does that opens `/dev/stdout`. */
function openAgain(fifo: Fifo, flags: number): number {
  return openSync(`/proc/self/fd/${fifo.stdio[1]}`, flags)
}

test('all that was written before a drain is given, in order', async () => {
  let received = ''
  const fifo = await open(chunk => {
    received += chunk
  })
  const [, stdout, , telemetry] = fifo.stdio
  writeSync(stdout, 'a'.repeat(30_000))
  writeSync(telemetry, 'b'.repeat(30_000))
  expect(fifo.drain()).toBeUndefined()
  expect(received).toBe('a'.repeat(30_000) + 'b'.repeat(30_000))
})

test('a flood of output lets the event loop have its turns, and a drain ends in the midst of it', async () => {
  let inThisTurn = 0
  let most = 0
  const begun = Promise.withResolvers<void>()
  const fifo = await open(() => {
    const began = hrnow()
    while (hrnow() - began < 5);
    begun.resolve()
    inThisTurn++
    most = Math.max(most, inThisTurn)
  })
  let isOver = false
  const countTurns = (): void => {
    inThisTurn = 0
    if (!isOver) setImmediate(countTurns)
  }
  countTurns()
  flood(fifo)
  await begun.promise
  const draining = fifo.drain()
  expect(draining).toBeInstanceOf(Promise)
  await draining
  isOver = true
  expect(most).toBeGreaterThan(1)
  // Of 5 ms each, so that they take at most 50 ms.
  expect(most).toBeLessThanOrEqual(10)
})

test('a pipe that no process holds any more is used again, without its old content', async () => {
  const first = await open()
  const inode = inodeOf(first)
  writeSync(first.stdio[1], 'old content')
  first.drain()
  first.close()
  let received = ''
  const next = await openAll(chunk => {
    received += chunk
  })
  expect(next.map(inodeOf)).toContain(inode)
  for (const fifo of next) fifo.drain()
  expect(received).toBe('')
})

test.each([
  ['write to it', constants.O_WRONLY],
  ['read it', constants.O_RDONLY | constants.O_NONBLOCK],
])('a pipe is not used again while a process can %s', async (_, flags) => {
  const first = await open()
  const inode = inodeOf(first)
  const held = openAgain(first, flags)
  first.close()
  const next = await openAll()
  expect(next.map(inodeOf)).not.toContain(inode)
  closeSync(held)
})
