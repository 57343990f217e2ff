import type { ContainerResource } from '../../../model/resource.ts'
import { listEngineResources, removeEngineResource } from '../../engine-resources.ts'
import type { Ender } from './ender.ts'

/** Ryuk is Testcontainers' own affair, also when a filter matches it. */
const ryukLabel = 'org.testcontainers.ryuk'

export const containerEnder: Ender<ContainerResource> = {
  refusal({ engine, labels }) {
    const pairs = Object.entries(labels)
    // No label matches everything there is.
    if (pairs.length === 0 || pairs.some(([key, value]) => key === '' || value === ''))
      return 'a filter needs labels, each with a value'
    return engine.socketPath === undefined && engine.host === undefined ? 'an engine needs a socketPath or a host' : undefined
  },
  // What an engine was asked for, it makes also when nobody waits for that any more.
  lateness: [1000, 3000],
  async end({ engine, labels }) {
    const said: string[] = []
    const filters = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
    for (const thing of await listEngineResources(engine, filters)) {
      if (thing.labels[ryukLabel] === 'true') continue
      await removeEngineResource(engine, thing)
      said.push(`removed ${thing.kind} ${thing.kind === 'volume' ? thing.id : thing.id.slice(0, 12)}`)
    }
    return said
  },
}
