import { type Resource, resourceKey } from '../resource.ts'

/** One client's claims: what it holds, by the client's own numbers. */
export interface Claimant {
  readonly held: Map<number | string, Resource>
}

/** Who holds what. A thing that several hold (a label filter of the session, say) is ended when the last of them is gone. */
export class Ledger<C extends Claimant> {
  readonly #claimants = new Set<C>()

  add(claimant: C): void {
    this.#claimants.add(claimant)
  }

  get claimants(): ReadonlySet<C> {
    return this.#claimants
  }

  /** Removes a claimant, and returns what now nobody holds: the last state known of each thing, in the order it was first held. */
  remove(claimant: C): Resource[] {
    this.#claimants.delete(claimant)
    const others = new Set<string>()
    for (const { held } of this.#claimants) for (const resource of held.values()) others.add(resourceKey(resource))
    const orphaned = new Map<string, Resource>()
    for (const resource of claimant.held.values()) {
      const key = resourceKey(resource)
      if (!others.has(key)) orphaned.set(key, resource)
    }
    return [...orphaned.values()]
  }
}
