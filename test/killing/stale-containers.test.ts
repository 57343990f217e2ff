import { expect, onTestFinished, test } from 'vitest'
import { connectEngine } from '../../src/backends/engines/connection/connect-engine.ts'
import { loadBackend } from '../../src/backends/load-backend.ts'
import type { EngineAddress } from '../../src/model/resource.ts'
import { type EngineResource, listEngineResources, removeEngineResource } from '../../src/reaper/engine-resources.ts'
import { LABELS, labelsFor } from '../../src/reaper/labels.ts'
import { newInstanceId } from '../../src/reaper/session.ts'
import { image, onEngines } from './runs/engines.ts'

/** Creates a container, a network and a volume with these labels. */
async function make(name: 'docker' | 'podman', engine: EngineAddress, labels: Record<string, string>): Promise<EngineResource[]> {
  const { docker } = await connectEngine(name)
  const id = `lf-test-${newInstanceId()}`
  await docker.createContainer({ Image: image, Labels: labels, name: id })
  await docker.createNetwork({ Name: id, Labels: labels })
  await docker.createVolume({ Name: id, Labels: labels })
  const made = (await listEngineResources(engine, [`test=${labels.test}`])).filter(
    resource => resource.labels.test === labels.test,
  )
  onTestFinished(async () => {
    for (const resource of made) await removeEngineResource(engine, resource)
  })
  expect(made.map(({ kind }) => kind)).toEqual(['container', 'network', 'volume'])
  return made
}

await onEngines((name, engine) => {
  test('a sweep removes what a dead owner left, and keeps what a living one has and what is not ours', async () => {
    const living = labelsFor({ instanceId: newInstanceId(), functionName: 'orders' })
    const owner = living[LABELS.owner]!
    const dead = { ...living, [LABELS.owner]: owner.replace(/\d+$/, '1') }
    const elsewhere = { ...living, [LABELS.owner]: 'elsewhere:1:1', [LABELS.boot]: 'another' }
    const all = {
      living: await make(name, engine, { ...living, test: newInstanceId() }),
      dead: await make(name, engine, { ...dead, test: newInstanceId() }),
      elsewhere: await make(name, engine, { ...elsewhere, test: newInstanceId() }),
      strange: await make(name, engine, { test: newInstanceId() }),
    }
    const backend = await loadBackend(name)
    const shown = ({ kind, id }: EngineResource) => ({ backend: name, kind, id: kind === 'volume' ? id : id.slice(0, 12) })
    const mine = ({ id }: { id: string }) =>
      Object.values(all)
        .flat()
        .some(resource => shown(resource).id === id)

    const would = await backend.reapStale!({ dryRun: true })
    expect(would.removed.filter(mine)).toEqual(all.dead.map(resource => expect.objectContaining(shown(resource))))
    for (const resource of Object.values(all).flat()) expect(await exists(engine, resource)).toBe(true)

    const { removed, kept } = await backend.reapStale!()
    expect(removed.filter(mine)).toEqual(would.removed.filter(mine))
    const reasons = kept.filter(mine).map(({ id, reason }) => [id, reason])
    for (const resource of all.living)
      expect(reasons).toContainEqual([shown(resource).id, `its owner, process ${process.pid}, is running`])
    for (const resource of all.elsewhere) {
      expect(reasons).toContainEqual([
        shown(resource).id,
        expect.stringContaining("its owner, process 1 on elsewhere, can't be seen from here"),
      ])
    }
    for (const resource of all.dead) expect(await exists(engine, resource)).toBe(false)
    for (const resource of [...all.living, ...all.elsewhere, ...all.strange]) expect(await exists(engine, resource)).toBe(true)
  })
})

async function exists(engine: EngineAddress, { kind, id, labels }: EngineResource): Promise<boolean> {
  return (await listEngineResources(engine, [`test=${labels.test}`])).some(
    resource => resource.kind === kind && resource.id === id,
  )
}
