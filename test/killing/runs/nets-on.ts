import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { EngineAddress } from '../../../src/model/resource.ts'
import { listEngineResources, removeEngineResource } from '../../../src/reaper/engine-resources.ts'
import { NIGHTLY } from '../../support/size.ts'
import { ownTemp } from '../support.ts'
import { type EngineName, engineEnv, expectGone, resourcesOf, resourcesWith, WITHIN } from './engine-run.ts'
import { onEngine } from './engines.ts'
import { installedPackage } from './installed-package.ts'
import { runners, startRun } from './run.ts'

const WITHOUT_LIFELINE = { LAMBDA_FIXTURES_LIFELINE_DISABLED: 'true' }
const WITHOUT_WATCHDOG = { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' }
const WITH_RYUK = {
  // This run has a Ryuk of its own, which it shares with no other run.
  TESTCONTAINERS_RYUK_TEST_LABEL: 'true',
  TESTCONTAINERS_RYUK_RECONNECTION_TIMEOUT: '1s',
  TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
  DEBUG: 'lambda-fixtures:testcontainers',
}

const RYUK_LABEL = 'org.testcontainers.session-id'
/** An init that hears nothing ends after 10 s, and then its container is removed. */
const LIFELINE = { timeout: 15_000, interval: 200 }

/** Each of the layers that clean up after a killed run, without the others. They don't depend on the runner: nightly runs try all. */
export async function netsOn(name: EngineName): Promise<void> {
  const modules = await installedPackage()
  await onEngine(name, engine => {
    const some = NIGHTLY ? runners : (['vitest'] as const)
    describe.each(some)('a killed run of %s', runner => nets(name, engine, modules, runner))
  })
}

function nets(name: EngineName, engine: EngineAddress, modules: string, runner: (typeof runners)[number]): void {
  // node:test prints the output of its second file when the first has ended, so tests that read the output have one file.
  const printing = runner === 'node:test' ? 1 : 2
  async function victim(env: Record<string, string>, files = 2) {
    const temp = ownTemp()
    const all = { ...engineEnv(name, engine), ...env }
    const run = startRun({ runner, modules, temp, role: 'victim', env: all, files })
    onTestFinished(async () => {
      for (const { sessionId } of run.said<{ sessionId: string }>('things'))
        for (const resource of await listEngineResources(engine, [`${RYUK_LABEL}=${sessionId}`]))
          await removeEngineResource(engine, resource)
    })
    const workers = await run.ready()
    const session = all.LAMBDA_FIXTURES_SESSION
    expect(await resourcesOf(engine, session)).toHaveLength(3 * files)
    return { run, workers, temp, session, kill: () => run.signal('SIGKILL') }
  }

  test('the lifeline alone ends its containers', async () => {
    const { kill, session } = await victim(WITHOUT_WATCHDOG)
    kill()
    await vi.waitFor(async () => expect(await resourcesOf(engine, session)).toEqual([]), LIFELINE)
  })

  test('the watchdog alone ends its containers', async () => {
    const { kill, session, temp, workers } = await victim(WITHOUT_LIFELINE)
    kill()
    await expectGone(engine, temp, session, workers)
  })

  test("Ryuk alone ends its containers, and the user's own containers, networks and volumes", async () => {
    const { kill, run, session } = await victim({
      ...WITHOUT_LIFELINE,
      ...WITHOUT_WATCHDOG,
      ...WITH_RYUK,
      TESTCONTAINERS: 'things',
    })
    const things = run.said<{ sessionId: string }>('things')
    const users = async () =>
      (await Promise.all(things.map(({ sessionId }) => resourcesWith(engine, `${RYUK_LABEL}=${sessionId}`)))).flat()
    const kinds = (await users()).map(resource => resource.split(' ')[0]).sort()
    expect(kinds.filter(kind => kind !== 'container')).toEqual(['network', 'network', 'volume', 'volume'])
    expect(await resourcesOf(engine, session)).toHaveLength(6)
    await vi.waitFor(() => expect(ryuksOf(run.output())).toHaveLength(printing), JOINED)
    kill()
    await vi.waitFor(async () => expect(await resourcesOf(engine, session)).toEqual([]), { timeout: 6000, interval: 100 })
    await vi.waitFor(async () => expect(await users()).toEqual([]), WITHIN)
    expect(run.output()).not.toContain('does not remove the containers')
  })

  test.each([
    ['is off', { TESTCONTAINERS_RYUK_DISABLED: 'true' }, 'TESTCONTAINERS_RYUK_DISABLED is set'],
    ["can't be had", { ...WITH_RYUK, RYUK_CONTAINER_IMAGE: 'registry.invalid/ryuk:1' }, 'registry.invalid'],
  ])(
    'when Ryuk %s, there is one warning and the watchdog ends the containers',
    async (_, env, reason) => {
      const { kill, run, session, temp, workers } = await victim(
        { ...WITHOUT_LIFELINE, ...env, TESTCONTAINERS: 'loaded' },
        printing,
      )
      await vi.waitFor(() => expect(warnings(run.output())).toEqual([expect.stringContaining(reason)]), REFUSED)
      kill()
      await expectGone(engine, temp, session, workers)
    },
    120_000,
  )

  test('when Ryuk dies during the run, there is one warning and the watchdog ends the containers', async () => {
    const { kill, run, session, temp, workers } = await victim(
      { ...WITHOUT_LIFELINE, ...WITH_RYUK, TESTCONTAINERS: 'things' },
      printing,
    )
    await vi.waitFor(() => expect(ryuksOf(run.output())).toHaveLength(printing), JOINED)
    for (const id of ryuksOf(run.output())) await removeEngineResource(engine, { kind: 'container', id })
    await vi.waitFor(() => expect(warnings(run.output())).toEqual([expect.stringContaining('its connection has closed')]), WITHIN)
    expect(await resourcesOf(engine, session)).toHaveLength(3 * printing)
    kill()
    await expectGone(engine, temp, session, workers)
  })
}

/** The Ryuk containers of the workers. A worker prints its own some time after its first launch. */
const ryuksOf = (output: string): string[] =>
  [...output.matchAll(/Ryuk ([0-9a-f]{64}) removes the containers of/g)].map(match => match[1]!)
/** Workers wait for each other in Testcontainers, with pauses of up to 3 s. */
const JOINED = { timeout: 30_000 }
/** Podman repeats a failing pull. */
const REFUSED = { timeout: 30_000 }
const warnings = (output: string): string[] => output.split('\n').filter(line => line.includes('does not remove the containers'))
