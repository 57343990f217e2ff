import type { Resource } from '../../../model/resource.ts'

/** Ends or removes resources of one kind. */
export interface Ender<R extends Resource = Resource> {
  /** Why a resource can't be registered; `undefined` if it can. */
  refusal?(resource: R): string | undefined
  /** Called at once when the client's connection closes. Returns the resource with what had to be looked at before it is too late. */
  atClose?(resource: R): R
  /** For resources that may come into being after their client is gone: ms between further searches, if the first found nothing. */
  readonly lateness?: readonly number[]
  /** Ends the resource, and returns a line for each part that was ended. Idempotent. Rejects if it should be tried again. */
  end(resource: R): Promise<string[]>
}
