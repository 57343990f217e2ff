import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { EngineAddress } from '../../../src/model/resource.ts'
import { listEngineResources, removeEngineResource } from '../../../src/reaper/engine-resources.ts'
import { ownTemp } from '../support.ts'
import { type EngineName, engineEnv, expectGone, thingsOf, thingsWith, within } from './engine-run.ts'
import { onEngine } from './engines.ts'
import { installedPackage } from './installed-package.ts'
import { runners, startRun } from './run.ts'

const withoutLifeline = { LAMBDA_FIXTURES_LIFELINE_DISABLED: 'true' }
const withoutWatchdog = { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' }
const withRyuk = {
  // One of this run's own, neither found by other runs nor taken from them.
  TESTCONTAINERS_RYUK_TEST_LABEL: 'true',
  TESTCONTAINERS_RYUK_RECONNECTION_TIMEOUT: '1s',
  TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
  DEBUG: 'lambda-fixtures:testcontainers',
}

const ryukLabel = 'org.testcontainers.session-id'
/** In which an init that hears nothing ends, 10 s, and then its container. */
const lifelineTime = { timeout: 15_000, interval: 200 }

/** Each of the nets by itself, with the others away. */
export async function netsOn(name: EngineName): Promise<void> {
  const modules = await installedPackage()
  await onEngine(name, engine => {
    describe.each(runners)('of a killed run of %s', runner => nets(name, engine, modules, runner))
  })
}

function nets(name: EngineName, engine: EngineAddress, modules: string, runner: (typeof runners)[number]): void {
  // node:test prints what its second file says when the first has ended: where it matters which one speaks, there is but one.
  const told = runner === 'node:test' ? 1 : 2
  async function victim(env: Record<string, string>, files = 2) {
    const temp = ownTemp()
    const all = { ...engineEnv(name, engine), ...env }
    const run = startRun({ runner, modules, temp, role: 'victim', env: all, files })
    onTestFinished(async () => {
      for (const { sessionId } of run.said<{ sessionId: string }>('things'))
        for (const thing of await listEngineResources(engine, [`${ryukLabel}=${sessionId}`]))
          await removeEngineResource(engine, thing)
    })
    const workers = await run.ready()
    const session = all.LAMBDA_FIXTURES_SESSION
    expect(await thingsOf(engine, session)).toHaveLength(3 * files)
    return { run, workers, temp, session, kill: () => run.signal('SIGKILL') }
  }

  test('the lifeline alone ends the containers', async () => {
    const { kill, session } = await victim(withoutWatchdog)
    kill()
    await vi.waitFor(async () => expect(await thingsOf(engine, session)).toEqual([]), lifelineTime)
  })

  test('the watchdog alone does', async () => {
    const { kill, session, temp, workers } = await victim(withoutLifeline)
    kill()
    await expectGone(engine, temp, session, { workers })
  })

  test("Ryuk alone does, with the user's own containers, networks and volumes", async () => {
    const { kill, run, session } = await victim({
      ...withoutLifeline,
      ...withoutWatchdog,
      ...withRyuk,
      TESTCONTAINERS: 'things',
    })
    const things = run.said<{ sessionId: string }>('things')
    const users = async () =>
      (await Promise.all(things.map(({ sessionId }) => thingsWith(engine, `${ryukLabel}=${sessionId}`)))).flat()
    const kinds = (await users()).map(thing => thing.split(' ')[0]).sort()
    expect(kinds.filter(kind => kind !== 'container')).toEqual(['network', 'network', 'volume', 'volume'])
    expect(await thingsOf(engine, session)).toHaveLength(6)
    await vi.waitFor(() => expect(ryuksOf(run.output())).toHaveLength(told), joined)
    kill()
    await vi.waitFor(async () => expect(await thingsOf(engine, session)).toEqual([]), { timeout: 6000, interval: 100 })
    await vi.waitFor(async () => expect(await users()).toEqual([]), within)
    expect(run.output()).not.toContain('does not look after')
  })

  test.each([
    ['is off', { TESTCONTAINERS_RYUK_DISABLED: 'true' }, 'TESTCONTAINERS_RYUK_DISABLED is set'],
    ["can't be had", { ...withRyuk, RYUK_CONTAINER_IMAGE: 'registry.invalid/ryuk:1' }, 'registry.invalid'],
  ])(
    'when Ryuk %s there is one warning, and the watchdog does its work',
    async (_, env, reason) => {
      const { kill, run, session, temp, workers } = await victim({ ...withoutLifeline, ...env, TESTCONTAINERS: 'loaded' }, told)
      await vi.waitFor(() => expect(warnings(run.output())).toEqual([expect.stringContaining(reason)]), refused)
      kill()
      await expectGone(engine, temp, session, { workers })
    },
    120_000,
  )

  test('when Ryuk dies meanwhile, too', async () => {
    const { kill, run, session, temp, workers } = await victim(
      { ...withoutLifeline, ...withRyuk, TESTCONTAINERS: 'things' },
      told,
    )
    await vi.waitFor(() => expect(ryuksOf(run.output())).toHaveLength(told), joined)
    for (const id of ryuksOf(run.output())) await removeEngineResource(engine, { kind: 'container', id, labels: {} })
    await vi.waitFor(() => expect(warnings(run.output())).toEqual([expect.stringContaining('it has ended')]), within)
    expect(await thingsOf(engine, session)).toHaveLength(3 * told)
    kill()
    await expectGone(engine, temp, session, { workers })
  })
}

/** The containers that look after the workers; a worker tells of its own at some time after its first launch. */
const ryuksOf = (output: string): string[] => [...output.matchAll(/Ryuk ([0-9a-f]{64}) looks after/g)].map(match => match[1]!)
/** Testcontainers' workers wait for each other with pauses of up to 3 s. */
const joined = { timeout: 30_000 }
/** A pull that can't succeed is tried again by podman. */
const refused = { timeout: 30_000 }
const warnings = (output: string): string[] => output.split('\n').filter(line => line.includes('does not look after'))
