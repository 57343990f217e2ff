import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { EngineAddress } from '../../../src/model/resource.ts'
import { ownTemp, root, watchdogsOf } from '../support.ts'
import { type EngineName, engineEnv, expectGone, thingsOf } from './engine-run.ts'
import { onEngine } from './engines.ts'
import { installedPackage } from './installed-package.ts'
import { type Run, runners, startRun } from './run.ts'

/** Where a launch is cut off: by what has just been asked of the engine, or answered by it. */
const steps = [
  ['it is registered, and nothing created', 'before POST /containers/create'],
  ['its creation was asked for', 'sent POST /containers/create'],
  ['it is created', 'answered POST /containers/create'],
  ['its code is in it', 'answered PUT /archive'],
  ['it is started', 'answered POST /start'],
  ['its init was spoken to', 'answered POST /exec/'],
] as const

/** The same tests for each engine, in files of their own, so that each can be run by itself. */
export async function killedRunsOn(name: EngineName): Promise<void> {
  const modules = await installedPackage()
  await onEngine(name, engine => {
    describe.each(runners)('beside a run of %s that keeps its functions', runner => killedRuns(name, engine, modules, runner))
  })
}

function killedRuns(name: EngineName, engine: EngineAddress, modules: string, runner: (typeof runners)[number]): void {
  let temp: string
  let control: Run
  const start = (role: string, env: Record<string, string> = {}) => {
    const all = { ...engineEnv(name, engine), ...env }
    return { run: startRun({ runner, modules, temp, role, env: all }), session: all.LAMBDA_FIXTURES_SESSION }
  }

  beforeAll(async () => {
    temp = ownTemp(afterAll)
    control = startRun({ runner, modules, temp, role: 'control', after: afterAll, env: engineEnv(name, engine) })
    await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 50_000 })
  })

  test.each([
    ['SIGKILL', 'group'],
    ['SIGKILL', 'main'],
    ['SIGINT', 'group'],
    ['SIGTERM', 'main'],
  ] as const)('nothing is left of one that gets %s in an invocation (%s)', async (signal, to) => {
    const { run, session } = start('victim')
    const workers = await run.ready()
    expect(await thingsOf(engine, session)).toHaveLength(6)
    run.signal(signal, to)
    // A runner that waits for its tests, as Ctrl-C asks at first, is told again.
    await vi.waitFor(
      () => {
        if (signal !== 'SIGKILL') run.signal(signal, to)
        expect(run.child.exitCode ?? run.child.signalCode).not.toBeNull()
      },
      { timeout: 20_000, interval: 1000 },
    )
    await expectGone(engine, temp, session, { workers })
  })

  test.each(['crash', 'exit', 'rejection'])('nothing is left when a worker ends by %s', async role => {
    const { run, session } = start(role)
    const workers = await run.ready()
    // jest starts a file again when its worker crashed, and that is killed as well.
    await vi.waitFor(async () => expect(await thingsOf(engine, session)).toEqual([]), { timeout: 25_000, interval: 100 })
    run.signal('SIGKILL')
    await expectGone(engine, temp, session, { workers })
  })

  test.each(steps)('nothing is left of a launch that is cut off when %s', async (_, at) => {
    const hook = `--require ${root}test/killing/runs/fixtures/interrupt.cjs`
    const { run, session } = start('victim', { NODE_OPTIONS: hook, AT: at })
    const { output } = await run.ended()
    expect(run.child.signalCode, output).toBe('SIGKILL')
    await expectGone(engine, temp, session)
  })

  test('what was left when the watchdog had been killed, too, the next run sweeps', async () => {
    const { run, session } = start('victim', { LAMBDA_FIXTURES_LIFELINE_DISABLED: 'true' })
    const workers = await run.ready()
    // It must not start another one; the other run does.
    run.signal('SIGSTOP')
    const killed = watchdogsOf(temp)
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    run.signal('SIGKILL')
    await vi.waitFor(() => expect(watchdogsOf(temp).filter(pid => !killed.includes(pid))).toHaveLength(1))
    expect(await thingsOf(engine, session)).toHaveLength(6)
    const next = start('nothing')
    expect((await next.run.ended()).code).toBe(0)
    await expectGone(engine, temp, session, { workers })
  })

  test('a handle that nobody terminated keeps no runner from its end, and leaves nothing', async () => {
    const { run, session } = start('forgotten')
    const { code, output } = await run.ended()
    expect(code, output).toBe(0)
    await expectGone(engine, temp, session)
  })

  test('all this time the other run has lost nothing', async () => {
    control.stop()
    const { code, output } = await control.ended()
    expect(code, output).toBe(0)
    const said = control.said<{ instances: number; session: string }>('control')
    expect(said.map(({ instances }) => instances)).toEqual([3, 3])
    await expectGone(engine, temp, said[0]!.session)
  })
}
