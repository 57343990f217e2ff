import type { Resource } from '../../../model/resource.ts'
import { containerEnder } from './container-ender.ts'
import { folderEnder } from './folder-ender.ts'
import { leaseEnder } from './lease-ender.ts'
import { processEnder } from './process-ender.ts'

/** How one kind of thing is ended. */
export interface Ender<R extends Resource = Resource> {
  /** Why such a claim can't be accepted; asked when it is made. */
  refuses?(resource: R): string | undefined
  /** Called when the client's connection closes: what must be looked at before it is too late. Returns what is then to be ended. */
  atClose?(resource: R): R
  /** It may come into being a little after its client is gone: if nothing was found, it is looked for again, so many ms later each. */
  readonly lateness?: readonly number[]
  /** Ends it, and says what was ended, a line each. Idempotent; rejects if it should be tried again. */
  end(resource: R): Promise<string[]>
}

const enders: { readonly [K in Resource['kind']]: Ender<Extract<Resource, { kind: K }>> } = {
  process: processEnder,
  container: containerEnder,
  lease: leaseEnder,
  folder: folderEnder,
}

/** The ender for a resource; `undefined` for a kind that only a newer client knows. */
export function enderOf<R extends Resource>(resource: R): Ender<R> | undefined {
  return enders[resource.kind] as unknown as Ender<R> | undefined
}
