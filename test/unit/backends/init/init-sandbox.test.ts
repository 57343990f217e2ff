import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { InitSandbox, type InitSandboxOptions } from '../../../../src/backends/init/init-sandbox.ts'
import { FrameType } from '../../../../src/backends/init/tunnel/frames.ts'
import { PayloadWriter } from '../../../../src/backends/init/tunnel/payload.ts'
import type { RuntimeExit, SandboxEvents } from '../../../../src/emulator/environment/sandbox.ts'
import { failure, InitDouble } from '../../../support/init-double.ts'
import { advance, elapse, reset } from '../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../support/test-clock.ts'))

const TOKEN = Buffer.alloc(16, 3)

let init: InitDouble
beforeEach(() => {
  reset()
  init = new InitDouble(TOKEN)
})

async function connected(options: Partial<InitSandboxOptions> = {}, onOutput: () => void = () => undefined) {
  const removed = vi.fn(async () => undefined)
  const exited = Promise.withResolvers<RuntimeExit>()
  const lost = Promise.withResolvers<{ message: string; unseen: boolean | undefined }>()
  let output = ''
  const events: SandboxEvents = {
    output: chunk => {
      output += chunk
      onOutput()
    },
    connection: () => undefined,
    exit: exited.resolve,
    lost: ({ message }, unseen) => lost.resolve({ message, unseen }),
  }
  const sandbox: InitSandbox = new InitSandbox({
    token: TOKEN,
    create: () => sandbox.connect({ command: ['/app'], workingDirectory: '/var/task' }),
    open: async () => init.stream(),
    remove: removed,
    ...options,
  })
  await sandbox.create(events)
  return { sandbox, removed, exited: exited.promise, lost: lost.promise, output: () => output }
}

const turn = (): Promise<void> => new Promise(setImmediate)

describe('a runtime', () => {
  test('is started, and its own end is reported', async () => {
    const { sandbox, exited } = await connected()
    await sandbox.start()
    expect(init.commands).toEqual(['start'])
    init.exit(3)
    expect(await exited).toEqual({ code: 3, signal: null, outOfMemory: false })
    await sandbox.destroy()
  })

  test('is stopped without a report of its end', async () => {
    const onStopped = vi.fn()
    const { sandbox, exited } = await connected({ onStopped })
    await sandbox.start()
    init.exit(0)
    await sandbox.stop()
    for (let i = 0; i < 5; i++) await turn()
    expect(await Promise.race([exited, 'nothing'])).toBe('nothing')
    expect(onStopped).toHaveBeenCalledOnce()
    await sandbox.destroy()
  })

  test('that ends just before it is stopped is not reported either', async () => {
    let stop = (): void => undefined
    const { sandbox, exited } = await connected({}, () => stop())
    await sandbox.start()
    const stopped = new Promise<void>(resolve => {
      stop = () => resolve(sandbox.stop())
    })
    init.exit(0)
    init.send(FrameType.log, 0, 'read in the same turn')
    await stopped
    for (let i = 0; i < 5; i++) await turn()
    expect(await Promise.race([exited, 'nothing'])).toBe('nothing')
    await sandbox.destroy()
  })

  test.each([
    [2, '/app: No such file or directory', 'Runtime.InvalidEntrypoint', 'fork/exec /app: no such file or directory'],
    [13, '/app: Permission denied', 'Runtime.InvalidEntrypoint', 'fork/exec /app: permission denied'],
    [8, '/app: Exec format error', 'Runtime.InvalidEntrypoint', 'fork/exec /app: exec format error'],
    [2, '/var/task: No such file or directory', 'Runtime.InvalidWorkingDir', 'chdir /var/task: no such file or directory'],
    [2, "Couldn't find valid bootstrap(s): [/opt]", 'Runtime.InvalidEntrypoint', "Couldn't find valid bootstrap(s): [/opt]"],
  ])('that can’t be started (%i, %s) fails in AWS’s words', async (errno, message, errorType, words) => {
    const { sandbox } = await connected()
    init.reply = () => failure(errno, message)
    await expect(sandbox.start()).rejects.toMatchObject({ errorType, message: words })
    await sandbox.destroy()
  })

  test('that was started by file has done things before it was asked for', async () => {
    const { sandbox, exited, output } = await connected({ startsByFile: true })
    init.send(FrameType.reply, 1, Buffer.of(0))
    init.send(FrameType.log, 0, 'early words')
    init.exit(1)
    await turn()
    expect(output()).toBe('')
    await sandbox.start()
    expect(output()).toBe('early words')
    expect(await exited).toMatchObject({ code: 1 })
    expect(init.commands).toEqual([])
    await sandbox.destroy()
  })

  test('is initialised after its first invocation', async () => {
    const onInitialised = vi.fn()
    const { sandbox } = await connected({ onInitialised })
    await sandbox.start()
    for (const running of [true, false, true, false]) sandbox.busy(running)
    expect(onInitialised).toHaveBeenCalledOnce()
    await sandbox.destroy()
  })
})

describe('figures', () => {
  test('the init reports the peak memory before an answer, and is asked for it otherwise', async () => {
    const { sandbox } = await connected()
    sandbox.busy(true)
    expect(await sandbox.peakMemory()).toBe(50_000_000)
    init.send(FrameType.event, 0, Buffer.concat([Buffer.of(3), new PayloadWriter().u64(70_000_000).done()]))
    await turn()
    expect(sandbox.peakMemory()).toBe(70_000_000)
    sandbox.busy(true)
    expect(await sandbox.peakMemory()).toBe(50_000_000)
    await sandbox.destroy()
    expect(sandbox.peakMemory()).toBeUndefined()
  })

  test('the init reports how long a runtime took to be ready', async () => {
    const { sandbox } = await connected()
    await sandbox.start()
    init.send(FrameType.event, 0, Buffer.concat([Buffer.of(4), new PayloadWriter().u64(123_000).done()]))
    await turn()
    expect(sandbox.startupMs()).toBe(123)
    await sandbox.destroy()
  })

  test('lines that the init had to drop are noted in the log', async () => {
    const { sandbox, output } = await connected()
    init.send(FrameType.logDropped, 0, new PayloadWriter().u64(42).done())
    await turn()
    expect(output()).toMatch(/^\[lambda-fixtures: 42 bytes of the log are missing because .*\]\n$/)
    await sandbox.destroy()
  })
})

describe('a sandbox is lost', () => {
  test('when its init does not answer a command in time, with the reason that the engine gives', async () => {
    const { sandbox, lost } = await connected({ explain: async () => 'it is paused' })
    await sandbox.start()
    sandbox.busy(true)
    init.reply = () => 'none'
    const stopped = sandbox.stop()
    await elapse(10_000)
    await stopped
    expect(await lost).toEqual({ message: 'The container is lost: it is paused.', unseen: false })
    await sandbox.destroy()
  })

  test('when its stream can’t be replaced; nothing can have reached it since then', async () => {
    let isUp = true
    const { sandbox, lost } = await connected({
      grace: 100,
      open: async () => {
        if (!isUp) throw new Error('no route')
        return init.stream()
      },
    })
    isUp = false
    sandbox.breakStream()
    await turn()
    sandbox.busy(true)
    await elapse(40)
    await elapse(60)
    expect(await lost).toEqual({
      message: 'The container is lost: no stream to its init could be opened for 100 ms (no route).',
      unseen: true,
    })
    await sandbox.destroy()
  })

  test('once', async () => {
    const explain = vi.fn(async () => undefined)
    const { sandbox, lost } = await connected({ explain })
    sandbox.busy(true)
    await sandbox.lose(new Error('first'))
    await sandbox.lose(new Error('second'))
    expect(await lost).toMatchObject({ message: 'first' })
    expect(explain).toHaveBeenCalledOnce()
    await sandbox.destroy()
  })
})

describe('a heartbeat', () => {
  test('replaces a stream on which the init does not answer, only while something runs', async () => {
    let opened = 0
    const { sandbox } = await connected({
      heartbeat: 1_000,
      open: async () => {
        opened++
        return init.stream()
      },
    })
    advance(5_000)
    expect(init.commands).toEqual([])
    sandbox.busy(true)
    advance(1_000)
    await turn()
    advance(1_000)
    await turn()
    expect([opened, init.commands]).toEqual([1, ['memory', 'memory']])
    init.reply = () => 'none'
    advance(1_000)
    await turn()
    expect(opened).toBe(1)
    advance(1_000)
    await turn()
    expect(opened).toBe(2)
    sandbox.busy(false)
    advance(5_000)
    expect(opened).toBe(2)
    await sandbox.destroy()
  })
})

test('reports ports of this machine that can’t be reached inside', async () => {
  const unreachable: [number, string][] = []
  const { sandbox } = await connected({ create: async () => undefined })
  init.reply = () => failure(98, 'Address in use')
  const port = await listeningPort()
  await sandbox.connect({}, [port], (port, { message }) => unreachable.push([port, message]))
  expect(unreachable).toEqual([[port, `The container's init refused "listen": Address in use.`]])
  await sandbox.destroy()
})

test('writes files, and reports the first that the init could not write', async () => {
  const { sandbox } = await connected()
  const large = Buffer.alloc(100_000, 'x')
  const files = [
    { kind: 'file', path: '/var/task/app.mjs', mode: 0o644, data: large },
    { kind: 'link', path: '/opt/link', target: 'app.mjs' },
    { kind: 'folder', path: '/var/task/lib', mode: 0o755 },
  ] as const
  expect(await sandbox.putFiles(files)).toBe(1)
  expect(init.frames.map(({ type }) => type)).toEqual([80, 81, 80, 80])
  expect(init.frames.map(({ payload }) => payload).join('')).toContain('x'.repeat(1_000))
  init.reply = () => failure(28, '/var/task/app.mjs: No space left on device')
  await expect(sandbox.putFiles(files)).rejects.toMatchObject({
    code: 'ZIP_EXTRACTION_FAILED',
    message: '/var/task/app.mjs: No space left on device',
  })
  await sandbox.destroy()
})

test('is removed once, and what waits for its init is rejected', async () => {
  const { sandbox, removed } = await connected()
  init.reply = () => 'none'
  const freezing = expect(sandbox.control.freeze()).rejects.toThrow('The sandbox was destroyed.')
  await Promise.all([sandbox.destroy(), sandbox.destroy()])
  await freezing
  expect(removed).toHaveBeenCalledOnce()
})

/** A port of this machine that a service listens on until the test ends. */
async function listeningPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
