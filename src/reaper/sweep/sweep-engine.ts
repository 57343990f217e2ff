import { ownerState } from '../../model/owner.ts'
import type { EngineAddress } from '../../model/resource.ts'
import { listEngineResources, removeEngineResource } from '../engine-resources.ts'
import { labelNames, reasonToLeave } from '../labels.ts'
import type { ReportWriter } from './report.ts'
import { asResource } from './session-containers.ts'

/** Sweeps an engine of what dead owners left on it; what has no label of ours isn't even looked at. */
export async function sweepEngine(backend: string, engine: EngineAddress, report: ReportWriter, dryRun: boolean): Promise<void> {
  for (const thing of await listEngineResources(engine, [labelNames.session])) {
    const { owner, threadId: _, ...resource } = asResource(backend, thing)
    const state = owner === undefined ? 'unknown' : ownerState(owner)
    if (owner === undefined) report.left(resource, 'its labels name no owner')
    else if (state !== 'dead') report.left(resource, reasonToLeave(owner, state))
    else if (dryRun) report.removed(resource)
    else await report.attempt(resource, () => removeEngineResource(engine, thing))
  }
}
