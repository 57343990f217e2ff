import type { EngineAddress } from '../../model/resource.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { type EngineResource, listEngineResources } from '../engine-resources.ts'
import { labelNames, ownerOf } from '../labels.ts'

/** What is there of a session on an engine. */
export async function sessionContainers(backend: string, engine: EngineAddress, session: string): Promise<SessionResource[]> {
  const things = await listEngineResources(engine, [`${labelNames.session}=${session}`])
  return things.map(thing => asResource(backend, thing))
}

/** A thing with our labels, as reports name it. */
export function asResource(backend: string, { kind, id, labels }: EngineResource): SessionResource {
  const owner = ownerOf(labels)
  const { [labelNames.session]: session, [labelNames.functionName]: functionName, [labelNames.thread]: thread } = labels
  return {
    backend,
    kind,
    id: kind === 'volume' ? id : id.slice(0, 12),
    ...(session !== undefined && { session }),
    ...(functionName !== undefined && { functionName }),
    ...(owner !== undefined && { owner }),
    ...(thread !== undefined && { threadId: Number(thread) }),
  }
}
