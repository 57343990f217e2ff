import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { absent } from '../support/absent.ts'
import { alive, asPid1, TestEnvironment } from './harness.ts'

test('starts the runtime when it is asked to, and carries invocations', async () => {
  await using environment = new TestEnvironment()
  await environment.connect()
  const answer = environment.invoke({ do: 'echo', data: 'hello' })
  await environment.sandbox.start()
  expect(await answer).toBe('hello')
  expect(await environment.invoke({ do: 'echo', data: 'x'.repeat(1e6) })).toHaveLength(1e6)
})

test('hides its variables from the function', async () => {
  await using environment = new TestEnvironment({
    environment: { STAGE: 'container', SECRET: 'no' },
    start: { environment: { STAGE: 'start' }, workingDirectory: '/' },
  })
  await environment.launch()
  expect(await environment.invoke({ do: 'environment' })).toEqual({
    names: [],
    api: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    stage: 'start',
    folder: '/',
    parent: '',
  })
})

test('starts a program with default signals and only its own descriptors', async () => {
  await using environment = new TestEnvironment({
    command: ['sh', '-c', 'echo $(ls /proc/self/fd) $(grep -E "SigIgn|SigBlk" /proc/self/status)'],
  })
  await environment.launch()
  expect(await environment.exited()).toEqual({ code: 0, signal: null, outOfMemory: false })
  // Descriptor 3 is ls's own, for the folder.
  expect(environment.output).toBe('0 1 2 3 SigBlk: 0000000000000000 SigIgn: 0000000000000000\n')
})

test.each([
  [
    { do: 'exit', code: 3 },
    { code: 3, signal: null, outOfMemory: false },
  ],
  [
    { do: 'kill', signal: 'SIGSEGV' },
    { code: null, signal: 'SIGSEGV', outOfMemory: false },
  ],
])('reports the end of a runtime: %o', async (event, exit) => {
  await using environment = await new TestEnvironment().launch()
  void environment.invoke(event)
  expect(await environment.exited()).toEqual(exit)
  if (event.do === 'exit') expect(environment.output).toContain('last words')
})

test('delivers the last answer of a runtime before its end', async () => {
  await using environment = new TestEnvironment()
  await environment.connect()
  for (let i = 0; i < 20; i++) {
    await environment.sandbox.start()
    environment.exits.length = 0
    const answered = environment.invoke({ do: 'answer and exit' }).then(() => environment.exits.length)
    await environment.exited()
    expect(await answered).toBe(0)
    await environment.sandbox.stop()
  }
})

test.each([
  ['beside others', []],
  ['as PID 1', asPid1],
])('a reset ends all processes, those that escaped too, and keeps the sandbox: %s', async (_name, wrapper) => {
  await using environment = await new TestEnvironment({ wrapper }).launch()
  const child: number = await environment.invoke({ do: 'spawn' })
  await environment.printed('escaped')
  const outside = readFileSync(`/proc/${environment.init.pid}/task/${environment.init.pid}/children`, 'utf8')
  expect(child).toBeGreaterThan(0)
  await environment.sandbox.stop()
  expect(environment.exits).toEqual([])
  const left = outside.trim().split(' ').map(Number).filter(alive)
  // The init itself, as PID 1 of its namespace, or else its log reader.
  expect(left).toHaveLength(1)
  await environment.sandbox.start()
  expect(await environment.invoke({ do: 'echo', data: 'again' })).toBe('again')
  expect(environment.bridges).toBe(1)
})

const dying = 'a runtime that dies while a stop looks for it does not prevent the next start'
if (spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0) {
  test(dying, async () => {
    const wrapper = ['strace', '-o', '/dev/null', '-e', 'trace=wait4', '-e', 'inject=wait4:delay_exit=3000']
    await using environment = new TestEnvironment({ wrapper, command: ['sleep', '1000'] })
    await environment.connect()
    for (let i = 0; i < 5; i++) {
      await environment.sandbox.start()
      await environment.sandbox.stop()
    }
  })
} else {
  absent('strace', `"${dying}" needs strace, and the permission to trace, to prolong that moment`)
}

test('passes on SIGTERM, and ends', async () => {
  await using environment = await new TestEnvironment().launch()
  await environment.invoke({ do: 'termed' })
  environment.init.kill('SIGTERM')
  expect(await environment.initEnded).toEqual([143, null])
  expect(environment.teed).toContain('terminated')
})

test('freezes and thaws', async () => {
  await using environment = await new TestEnvironment().launch()
  const child: number = await environment.invoke({ do: 'spawn' })
  const state = (): string => readFileSync(`/proc/${child}/stat`, 'utf8').replace(/.*\) (.).*/s, '$1')
  await environment.sandbox.freeze()
  expect(state()).toBe('T')
  const answer = environment.invoke({ do: 'echo', data: 1 })
  await environment.sandbox.thaw()
  expect(state()).not.toBe('T')
  expect(await answer).toBe(1)
})

test('says why a program can’t be started', async () => {
  await using environment = new TestEnvironment({
    command: ['/no/such/program'],
    settings: { roots: ['/var/no/task', '/var/no/opt'] },
  })
  await environment.connect()
  const { control } = environment.sandbox
  await expect(control.start()).rejects.toMatchObject({
    code: 'INVALID_ENTRYPOINT',
    message: '/no/such/program: No such file or directory',
  })
  await expect(control.start({ workingDirectory: '/no/folder' })).rejects.toThrow('/no/folder: No such file or directory')
  await expect(control.start({ bootstrap: true })).rejects.toThrow(
    "Couldn't find valid bootstrap(s): [/var/no/task/bootstrap /var/no/opt/bootstrap]",
  )
})

test('can be destroyed while it connects', async () => {
  const environment = new TestEnvironment({ gate: () => new Promise(() => {}) })
  const connected = expect(environment.connect()).rejects.toMatchObject({ code: 'INSTANCE_LOST' })
  await environment.sandbox.destroy()
  await connected
})

test('ends itself and all processes when no stream comes', async () => {
  await using environment = new TestEnvironment({ settings: { firstStream: 50 } })
  expect(await environment.initEnded).toEqual([75, null])
})

test('ends itself and all processes when a lost stream is not replaced', async () => {
  const environment = new TestEnvironment({ settings: { grace: 50 }, sandbox: { remove: async () => {} } })
  await environment.launch()
  const child: number = await environment.invoke({ do: 'spawn' })
  await environment.sandbox.destroy()
  expect(await environment.initEnded).toEqual([75, null])
  expect(alive(child)).toBe(false)
})

test('reports a sandbox that is gone, and rejects what waits for its init', async () => {
  await using environment = new TestEnvironment({ sandbox: { grace: 300 } })
  await environment.launch()
  const asked = environment.sandbox.control.freeze().then(() => environment.sandbox.control.memory())
  environment.init.kill('SIGKILL')
  await expect(asked).rejects.toMatchObject({ code: 'INSTANCE_LOST' })
  expect(await environment.lost).toMatchObject({ code: 'INSTANCE_LOST' })
})
