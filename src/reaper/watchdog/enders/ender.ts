import type { Resource } from '../../../model/resource.ts'

/** How one kind of thing is ended. */
export interface Ender<R extends Resource = Resource> {
  /** Why such a claim can't be accepted; asked when it is made. */
  refusal?(resource: R): string | undefined
  /** Called when the client's connection closes: what must be looked at before it is too late. Returns what is then to be ended. */
  atClose?(resource: R): R
  /** It may come into being a little after its client is gone: if nothing was found, it is looked for again, so many ms later each. */
  readonly lateness?: readonly number[]
  /** Ends it, and says what was ended, a line each. Idempotent; rejects if it should be tried again. */
  end(resource: R): Promise<string[]>
}
