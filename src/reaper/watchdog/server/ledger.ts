import { type Resource, resourceKey } from '../../../model/resource.ts'

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
    return this.#orphanedBy(claimant)
  }

  /** The same, but for folders, of a claimant that stays. */
  empty(claimant: C): Resource[] {
    const orphaned = this.#orphanedBy(claimant).filter(({ kind }) => kind !== 'folder')
    for (const [id, { kind }] of claimant.held) if (kind !== 'folder') claimant.held.delete(id)
    return orphaned
  }

  #orphanedBy(claimant: C): Resource[] {
    const others = new Set<string>()
    for (const other of this.#claimants) {
      if (other === claimant) continue
      for (const resource of other.held.values()) others.add(resourceKey(resource))
    }
    const orphaned = new Map<string, Resource>()
    for (const resource of claimant.held.values()) {
      const key = resourceKey(resource)
      if (!others.has(key)) orphaned.set(key, resource)
    }
    return [...orphaned.values()]
  }
}
