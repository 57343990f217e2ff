import { reasonToKeep } from '../../model/owner.ts'
import type { EngineAddress } from '../../model/resource.ts'
import { listEngineResources, removeEngineResource } from '../engine-resources.ts'
import { LABELS } from '../labels.ts'
import { sessionResource } from './session-containers.ts'
import type { Sweep } from './sweep.ts'

/** Removes what dead owners left on an engine. Resources without our labels aren't listed. */
export async function sweepEngine(backend: string, engine: EngineAddress, sweep: Sweep): Promise<void> {
  for (const found of await listEngineResources(engine, [LABELS.session])) {
    const { owner, threadId: _, ...resource } = sessionResource(backend, found)
    const reason = owner === undefined ? 'its labels name no owner' : reasonToKeep(owner)
    if (reason === undefined) await sweep.remove(resource, () => removeEngineResource(engine, found))
    else sweep.keep(resource, reason)
  }
}
