import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { EngineAddress } from '../../../src/model/resource.ts'
import { NIGHTLY } from '../../support/size.ts'
import { ownTemp, root, watchdogsOf } from '../support.ts'
import { type EngineName, engineEnv, expectGone, resourcesOf } from './engine-run.ts'
import { onEngine } from './engines.ts'
import { installedPackage } from './installed-package.ts'
import { type Run, runners, startRun } from './run.ts'

/** Where a launch is cut off, and the request or answer that marks the place. */
const STEPS = [
  ['the container is registered and not created yet', 'before POST /containers/create'],
  ['its creation was requested', 'sent POST /containers/create'],
  ['it is created', 'answered POST /containers/create'],
  ['its code is in it', 'answered PUT /archive'],
  ['it is started', 'answered POST /start'],
  ['its init was contacted', 'answered POST /exec/'],
] as const

/** The tests of an engine. The process backend's tests show what differs between runners, so only nightly runs repeat them all here. */
export async function killedRunsOn(name: EngineName): Promise<void> {
  const modules = await installedPackage()
  await onEngine(name, engine => {
    const some = NIGHTLY ? runners : (['vitest'] as const)
    describe.each(some)('beside a living run of %s', runner => killedRuns(name, engine, modules, runner))
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
  ] as const)('nothing is left when %s is sent to the %s during an invocation', async (signal, to) => {
    const { run, session } = start('victim')
    const workers = await run.ready()
    expect(await resourcesOf(engine, session)).toHaveLength(6)
    run.signal(signal, to)
    // Some runners wait for their tests at the first signal, and end at the second.
    await vi.waitFor(
      () => {
        if (signal !== 'SIGKILL') run.signal(signal, to)
        expect(run.child.exitCode ?? run.child.signalCode).not.toBeNull()
      },
      { timeout: 20_000, interval: 1000 },
    )
    await expectGone(engine, temp, session, workers)
  })

  test.each(['crash', 'exit', 'rejection'])('nothing is left when a worker ends: %s', async role => {
    const { run, session } = start(role)
    const workers = await run.ready()
    // jest starts the file of a crashed worker again, so that run is killed, too.
    await vi.waitFor(async () => expect(await resourcesOf(engine, session)).toEqual([]), { timeout: 25_000, interval: 100 })
    run.signal('SIGKILL')
    await expectGone(engine, temp, session, workers)
  })

  test.each(STEPS)('nothing is left of a launch that is killed when %s', async (_, at) => {
    const hook = `--require ${root}test/killing/runs/fixtures/interrupt.cjs`
    const { run, session } = start('victim', { NODE_OPTIONS: hook, AT: at })
    const { output } = await run.ended()
    expect(run.child.signalCode, output).toBe('SIGKILL')
    await expectGone(engine, temp, session)
  })

  test('the next run sweeps what is left when the watchdog was killed, too', async () => {
    const { run, session } = start('victim', { LAMBDA_FIXTURES_LIFELINE_DISABLED: 'true' })
    const workers = await run.ready()
    // A stopped run can't start another watchdog. The living run does.
    run.signal('SIGSTOP')
    const killed = watchdogsOf(temp)
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    run.signal('SIGKILL')
    await vi.waitFor(() => expect(watchdogsOf(temp).filter(pid => !killed.includes(pid))).toHaveLength(1))
    expect(await resourcesOf(engine, session)).toHaveLength(6)
    const next = start('nothing')
    expect((await next.run.ended()).code).toBe(0)
    await expectGone(engine, temp, session, workers)
  })

  test('a run ends although a handle was not terminated, and nothing is left', async () => {
    const { run, session } = start('forgotten')
    const { code, output } = await run.ended()
    expect(code, output).toBe(0)
    await expectGone(engine, temp, session)
  })

  test('the living run has lost nothing', async () => {
    control.stop()
    const { code, output } = await control.ended()
    expect(code, output).toBe(0)
    const said = control.said<{ instances: number; session: string }>('control')
    expect(said.map(({ instances }) => instances)).toEqual([3, 3])
    await expectGone(engine, temp, said[0]!.session)
  })
}
