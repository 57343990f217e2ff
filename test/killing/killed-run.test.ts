import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { leftOf, leftOfOthers } from './runs/left.ts'
import { type Run, runners, startRun } from './runs/run.ts'
import { isAlive, logIn, ownTemp, WITHIN, watchdogsOf } from './support.ts'

const modules = await installedPackage()

describe.each(runners)('beside a living run of %s', runner => {
  let temp: string
  let control: Run
  const start = (role: string, env: Record<string, string> = {}): Run => startRun({ runner, modules, temp, role, env })

  beforeAll(async () => {
    temp = ownTemp(afterAll)
    control = startRun({ runner, modules, temp, role: 'control', after: afterAll })
    await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 30_000 })
  })

  /** Waits until functions, processes that they started, workers and folders are gone. */
  async function expectGone(ready: Awaited<ReturnType<Run['ready']>>): Promise<void> {
    const { session } = ready[0]!
    await vi.waitFor(() => expect(leftOf(temp, session).filter(left => left.startsWith('process'))).toEqual([]), WITHIN)
    // A worker without a runner ends with its test, and its folder is removed with it.
    await vi.waitFor(() => expect(ready.filter(({ pid }) => isAlive(pid))).toEqual([]), { timeout: 20_000 })
    await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), WITHIN)
  }

  test.each(['group', 'main'] as const)('nothing is left when SIGKILL is sent to the %s during an invocation', async to => {
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
  ] as const)('nothing is left when %s is sent to the %s', async (signal, to) => {
    const victim = start('victim')
    const ready = await victim.ready()
    victim.signal(signal, to)
    // Some runners wait for their tests at the first signal, and end at the second.
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
    // Some workers end with their runner. Others launch functions, which the watchdog ends.
    const goesOn = (pid: number) => isAlive(pid) && !logIn(temp).includes(`pid ${pid}, thread 0 is gone: instance`)
    await vi.waitFor(() => expect(workers.filter(goesOn)).toEqual([]), { timeout: 30_000, interval: 50 })
    victim.signal('SIGKILL')
    const [{ session }] = control.said<{ session: string }>('control') as [{ session: string }]
    await vi.waitFor(() => expect(leftOfOthers(temp, session)).toEqual([]), WITHIN)
  })

  test.each(['crash', 'exit', 'rejection'])('nothing is left when a worker ends: %s', async role => {
    const victim = start(role)
    const ready = await victim.ready()
    await vi.waitFor(() => expect(leftOf(temp, ready[0]!.session)).toEqual([]), { timeout: 20_000, interval: 50 })
    // jest starts the file of a crashed worker again.
    victim.signal('SIGKILL')
    await expectGone(ready)
  })

  test('the next run sweeps what is left when the watchdog was killed, too', async () => {
    const victim = start('victim')
    const ready = await victim.ready()
    // A stopped run can't start another watchdog.
    victim.signal('SIGSTOP')
    for (const pid of watchdogsOf(temp)) process.kill(pid, 'SIGKILL')
    victim.signal('SIGKILL')
    await vi.waitFor(() => expect(watchdogsOf(temp)).toHaveLength(1), WITHIN)
    const { session } = ready[0]!
    // Idle runtimes end when nobody answers them. Those that were busy, frozen or had left the group are left.
    expect(leftOf(temp, session).length).toBeGreaterThan(8)
    const next = start('nothing')
    expect((await next.ended()).code).toBe(0)
    await expectGone(ready)
  })

  test('the living run has lost nothing', async () => {
    control.stop()
    const { code, output } = await control.ended()
    expect(code, output).toBe(0)
    const said = control.said<{ invocations: number; instances: number; session: string }>('control')
    expect(said.map(({ instances }) => instances)).toEqual([3, 3])
    await vi.waitFor(() => expect(leftOf(temp, said[0]!.session)).toEqual([]), WITHIN)
  })
})
