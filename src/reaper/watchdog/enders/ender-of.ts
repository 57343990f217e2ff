import type { Resource } from '../../../model/resource.ts'
import { containerEnder } from './container-ender.ts'
import type { Ender } from './ender.ts'
import { folderEnder } from './folder-ender.ts'
import { leaseEnder } from './lease-ender.ts'
import { processEnder } from './process-ender.ts'

const ENDERS: { readonly [K in Resource['kind']]: Ender<Extract<Resource, { kind: K }>> } = {
  process: processEnder,
  container: containerEnder,
  lease: leaseEnder,
  folder: folderEnder,
}

/** The ender for a resource; `undefined` for a kind that only a newer client knows. */
export function enderOf<R extends Resource>(resource: R): Ender<R> | undefined {
  return ENDERS[resource.kind] as unknown as Ender<R> | undefined
}
