import { expect, onTestFinished, test } from 'vitest'
import { connectEngine } from '../../src/backends/engines/connection/connect-engine.ts'
import { dockerHosts } from '../../src/backends/engines/connection/docker-hosts.ts'
import { podmanHosts } from '../../src/backends/engines/connection/podman-hosts.ts'
import { loadBackend } from '../../src/backends/load-backend.ts'
import type { EngineAddress } from '../../src/model/resource.ts'
import { type EngineResource, listEngineResources, removeEngineResource } from '../../src/reaper/engine-resources.ts'
import { labelNames, labelsFor } from '../../src/reaper/labels.ts'
import { newInstanceId } from '../../src/reaper/session.ts'
import { image, onEngines } from './runs/engines.ts'

/** A container, a network and a volume with these labels. */
async function make(name: 'docker' | 'podman', engine: EngineAddress, labels: Record<string, string>): Promise<EngineResource[]> {
  const { docker } = await connectEngine(name, name === 'docker' ? dockerHosts() : podmanHosts(), '')
  const id = `lf-test-${newInstanceId()}`
  await docker.createContainer({ Image: image, Labels: labels, name: id })
  await docker.createNetwork({ Name: id, Labels: labels })
  await docker.createVolume({ Name: id, Labels: labels })
  const made = (await listEngineResources(engine, [`test=${labels.test}`])).filter(thing => thing.labels.test === labels.test)
  onTestFinished(async () => {
    for (const thing of made) await removeEngineResource(engine, thing)
  })
  expect(made.map(({ kind }) => kind)).toEqual(['container', 'network', 'volume'])
  return made
}

await onEngines((name, engine) => {
  test('what a dead owner left is swept; what a living one has, and what is not ours, is not', async () => {
    const living = labelsFor({ instanceId: newInstanceId(), functionName: 'orders' })
    const owner = living[labelNames.owner]!
    const dead = { ...living, [labelNames.owner]: owner.replace(/\d+$/, '1') }
    const elsewhere = { ...living, [labelNames.owner]: 'elsewhere:1:1', [labelNames.boot]: 'another' }
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
        .some(thing => shown(thing).id === id)

    const would = await backend.reapStale!({ dryRun: true })
    expect(would.removed.filter(mine)).toEqual(all.dead.map(thing => expect.objectContaining(shown(thing))))
    for (const thing of Object.values(all).flat()) expect(await exists(engine, thing)).toBe(true)

    const { removed, left } = await backend.reapStale!()
    expect(removed.filter(mine)).toEqual(would.removed.filter(mine))
    const reasons = left.filter(mine).map(({ id, reason }) => [id, reason])
    for (const thing of all.living)
      expect(reasons).toContainEqual([shown(thing).id, `its owner, process ${process.pid}, is running`])
    for (const thing of all.elsewhere) {
      expect(reasons).toContainEqual([
        shown(thing).id,
        expect.stringContaining("its owner, process 1 on elsewhere, can't be seen from here"),
      ])
    }
    for (const thing of all.dead) expect(await exists(engine, thing)).toBe(false)
    for (const thing of [...all.living, ...all.elsewhere, ...all.strange]) expect(await exists(engine, thing)).toBe(true)
  })
})

async function exists(engine: EngineAddress, { kind, id, labels }: EngineResource): Promise<boolean> {
  return (await listEngineResources(engine, [`test=${labels.test}`])).some(thing => thing.kind === kind && thing.id === id)
}
