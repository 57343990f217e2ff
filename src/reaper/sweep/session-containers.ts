import type { EngineAddress } from '../../model/resource.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { type EngineResource, listEngineResources } from '../engine-resources.ts'
import { LABELS, ownerOf } from '../labels.ts'

/** What a session has on an engine. */
export async function sessionContainers(backend: string, engine: EngineAddress, session: string): Promise<SessionResource[]> {
  const found = await listEngineResources(engine, [`${LABELS.session}=${session}`])
  return found.map(resource => sessionResource(backend, resource))
}

/** An engine's resource with our labels, as reports name it. */
export function sessionResource(backend: string, { kind, id, labels }: EngineResource): SessionResource {
  const owner = ownerOf(labels)
  const { [LABELS.session]: session, [LABELS.functionName]: functionName, [LABELS.thread]: thread } = labels
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
