import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { leftOf, leftOfOthers } from './runs/left.ts'
import { type Run, runners, startRun } from './runs/run.ts'
import { isAlive, ownTemp, userFolderIn, watchdogsOf } from './support.ts'

const modules = await installedPackage()

/** The grace, which is 300 ms here, and the 5 s that the watchdog may take. */
const within = { timeout: 5300, interval: 50 }

describe.each(runners)('beside a run of %s that keeps its functions', runner => {
  let temp: string
  let control: Run
  const start = (role: string, env: Record<string, string> = {}): Run => startRun({ runner, modules, temp, role, env })

  beforeAll(async () => {
    temp = ownTemp(afterAll)
    control = startRun({ runner, modules, temp, role: 'control', after: afterAll })
    await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 30_000 })
  })

  /** Its functions, and what they had started, are gone, and so are its workers. */
  async function expectGone(ready: Awaited<ReturnType<Run['ready']>>): Promise<void> {
    const { session } = ready[0]!
    await vi.waitFor(() => expect(leftOf(temp, session).filter(left => left.startsWith('process'))).toEqual([]), within)
    // A worker without a runner ends when its test does, and its own folder with it.
    await vi.waitFor(() => expect(ready.filter(({ pid }) => isAlive(pid))).toEqual([]), { timeout: 20_000 })
    await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), within)
  }

  test.each(['group', 'main'] as const)('nothing is left of one that is killed in an invocation (%s)', async to => {
    const victim = start('victim')
    const ready = await victim.ready()
    expect(leftOf(temp, ready[0]!.session).length).toBeGreaterThan(12)
    victim.signal('SIGKILL', to)
    await expectGone(ready)
  })

  test.each([
    ['SIGINT', 'group'],
    ['SIGTERM', 'main'],
    ['SIGTERM', 'group'],
    ['SIGHUP', 'group'],
  ] as const)('nothing is left after %s to the %s', async (signal, to) => {
    const victim = start('victim')
    const ready = await victim.ready()
    victim.signal(signal, to)
    // A runner that waits for its tests, as Ctrl-C asks at first, is told again.
    await vi.waitFor(
      () => {
        victim.signal(signal, to)
        expect(victim.child.exitCode ?? victim.child.signalCode).not.toBeNull()
      },
      { timeout: 20_000, interval: 1000 },
    )
    await expectGone(ready)
  })

  test('nothing is left of workers whose runner is dead when they begin', async () => {
    const victim = start('victim', { LATE: 'true' })
    await vi.waitFor(() => expect(victim.loaded()).toHaveLength(2), { timeout: 30_000 })
    const workers = victim.loaded()
    victim.signal('SIGKILL', 'main')
    // Some end with their runner; others launch, and lose what they have launched.
    const log = () => readFileSync(join(userFolderIn(temp), 'watchdog/v1.log'), 'utf8')
    const goesOn = (pid: number) => isAlive(pid) && !log().includes(`pid ${pid}, thread 0 is gone: instance`)
    await vi.waitFor(() => expect(workers.filter(goesOn)).toEqual([]), { timeout: 30_000, interval: 50 })
    victim.signal('SIGKILL')
    const [{ session }] = control.said<{ session: string }>('control') as [{ session: string }]
    await vi.waitFor(() => expect(leftOfOthers(temp, session)).toEqual([]), within)
  })

  test.each(['crash', 'exit', 'rejection'])('nothing is left when a worker ends by %s', async role => {
    const victim = start(role)
    const ready = await victim.ready()
    await vi.waitFor(() => expect(leftOf(temp, ready[0]!.session)).toEqual([]), { timeout: 20_000, interval: 50 })
    // jest starts a file again when its worker crashed.
    victim.signal('SIGKILL')
    await expectGone(ready)
  })

  test('what was left when the watchdog had been killed, too, the next run sweeps', async () => {
    const victim = start('victim')
    const ready = await victim.ready()
    // It must not start another one.
    victim.signal('SIGSTOP')
    for (const pid of watchdogsOf(temp)) process.kill(pid, 'SIGKILL')
    victim.signal('SIGKILL')
    await vi.waitFor(() => expect(watchdogsOf(temp)).toHaveLength(1), within)
    const { session } = ready[0]!
    // Those that were busy, frozen or had left the group; an idle runtime ends when nobody answers it.
    expect(leftOf(temp, session).length).toBeGreaterThan(8)
    const next = start('nothing')
    expect((await next.ended()).code).toBe(0)
    await expectGone(ready)
  })

  test('all this time the other run has lost nothing', async () => {
    control.stop()
    const { code, output } = await control.ended()
    expect(code, output).toBe(0)
    const said = control.said<{ invocations: number; instances: number; session: string }>('control')
    expect(said.map(({ instances }) => instances)).toEqual([3, 3])
    await vi.waitFor(() => expect(leftOf(temp, said[0]!.session)).toEqual([]), within)
  })
})
