import { type Resource, resourceKey } from '../../../model/resource.ts'
import type { ClientConnection } from './client-connection.ts'

/** Who has registered what. A resource that several clients have registered is ended when the last of them is gone. */
export class Ledger {
  readonly #clients = new Set<ClientConnection>()

  add(client: ClientConnection): void {
    this.#clients.add(client)
  }

  get clients(): ReadonlySet<ClientConnection> {
    return this.#clients
  }

  /** Removes a client. Returns the resources that no client has registered any more, in the order of their registration. */
  remove(client: ClientConnection): Resource[] {
    this.#clients.delete(client)
    return this.#onlyOf(client)
  }

  /** Releases what a client has registered, except for its folder, and returns it as above. */
  empty(client: ClientConnection): Resource[] {
    const resources = this.#onlyOf(client).filter(({ kind }) => kind !== 'folder')
    for (const [id, { kind }] of client.resources) if (kind !== 'folder') client.resources.delete(id)
    return resources
  }

  #onlyOf(client: ClientConnection): Resource[] {
    const found = new Map([...client.resources.values()].map(resource => [resourceKey(resource), resource]))
    for (const other of this.#clients) {
      if (other !== client) for (const resource of other.resources.values()) found.delete(resourceKey(resource))
    }
    return [...found.values()]
  }
}
