import type { ContainerResource } from '../../../model/resource.ts'
import { listEngineResources, removeEngineResource } from '../../engine-resources.ts'
import type { Ender } from './ender.ts'

/** Testcontainers ends Ryuk itself, even if the labels match it. */
const RYUK_LABEL = 'org.testcontainers.ryuk'

export const containerEnder: Ender<ContainerResource> = {
  refusal({ engine, labels }) {
    const pairs = Object.entries(labels)
    // Without labels, the engine would list everything.
    if (pairs.length === 0 || pairs.some(([key, value]) => key === '' || value === ''))
      return 'a container needs labels, each with a value'
    return engine.socketPath === undefined && engine.host === undefined ? 'an engine needs a socketPath or a host' : undefined
  },
  // An engine also carries out a request whose sender is gone.
  lateness: [1000, 3000],
  async end({ engine, labels }) {
    const lines: string[] = []
    const filters = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
    for (const resource of await listEngineResources(engine, filters)) {
      if (resource.labels[RYUK_LABEL] === 'true') continue
      await removeEngineResource(engine, resource)
      lines.push(`removed ${resource.kind} ${resource.kind === 'volume' ? resource.id : resource.id.slice(0, 12)}`)
    }
    return lines
  },
}
