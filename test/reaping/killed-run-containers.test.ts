import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { listThings } from '../../src/reaper/engine-things.ts'
import { labelNames } from '../../src/reaper/labels.ts'
import type { EngineAddress } from '../../src/reaper/resource.ts'
import { request } from '../../src/reaper/watchdog/enders/http.ts'
import { onEngines } from './runs/engines.ts'
import { installedPackage } from './runs/installed-package.ts'
import { leftOf } from './runs/left.ts'
import { type Run, runners, startRun } from './runs/run.ts'
import { isAlive, ownTemp, watchdogsOf } from './support.ts'

const modules = await installedPackage()

/** Stops a container's init, which would end when nobody speaks to it. */
async function stopInit(engine: EngineAddress, id: string): Promise<void> {
  const { body } = await request({ ...engine, method: 'GET', path: `/containers/${id}/json`, headers: { host: 'docker' } })
  process.kill(JSON.parse(body).State.Pid, 'SIGSTOP')
}

await onEngines('Killed runs', killedRunsOn)

function killedRunsOn(backend: 'docker' | 'podman', engine: EngineAddress): void {
  const within = { timeout: 5300, interval: 100 }
  const thingsOf = async (session: string) =>
    (await listThings(engine, [`${labelNames.session}=${session}`])).map(({ kind, id }) => `${kind} ${id}`)

  describe.each(runners)('beside a run of %s that keeps its functions', runner => {
    let temp: string
    let control: Run
    const start = (role: string): Run => startRun({ runner, modules, temp, role, env: { LAMBDA_FIXTURES_BACKEND: backend } })

    beforeAll(async () => {
      temp = ownTemp(afterAll)
      const env = { LAMBDA_FIXTURES_BACKEND: backend }
      control = startRun({ runner, modules, temp, role: 'control', after: afterAll, env })
      await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 50_000 })
    })

    async function expectGone(ready: Awaited<ReturnType<Run['ready']>>): Promise<void> {
      const { session } = ready[0]!
      await vi.waitFor(async () => expect(await thingsOf(session)).toEqual([]), within)
      // A worker without a runner ends when its test does, and its own folder with it.
      await vi.waitFor(() => expect(ready.filter(({ pid }) => isAlive(pid))).toEqual([]), { timeout: 20_000 })
      await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), within)
    }

    test.each(['group', 'main'] as const)('nothing is left of one that is killed in an invocation (%s)', async to => {
      const victim = start('victim')
      const ready = await victim.ready()
      expect(await thingsOf(ready[0]!.session)).toHaveLength(6)
      victim.signal('SIGKILL', to)
      await expectGone(ready)
    })

    test('what was left when the watchdog had been killed, too, the next run sweeps', async () => {
      const victim = start('victim')
      const ready = await victim.ready()
      const { session } = ready[0]!
      for (const thing of await listThings(engine, [`${labelNames.session}=${session}`])) await stopInit(engine, thing.id)
      victim.signal('SIGSTOP')
      for (const pid of watchdogsOf(temp)) process.kill(pid, 'SIGKILL')
      victim.signal('SIGKILL')
      expect(await thingsOf(session)).toHaveLength(6)
      const next = start('nothing')
      expect((await next.ended()).code).toBe(0)
      await expectGone(ready)
    })

    test('all this time the other run has lost nothing', async () => {
      control.stop()
      const { code, output } = await control.ended()
      expect(code, output).toBe(0)
      const said = control.said<{ instances: number; session: string }>('control')
      expect(said.map(({ instances }) => instances)).toEqual([3, 3])
      await vi.waitFor(async () => expect(await thingsOf(said[0]!.session)).toEqual([]), within)
    })
  })
}
