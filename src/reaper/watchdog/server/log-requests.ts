import { clearTimeout, setTimeout } from '../../../platform/clock.ts'
import type { LogAnswer, LogQuery, LogRequest, LogSummary } from '../protocol.ts'
import type { ClientConnection } from './client-connection.ts'

/** How long clients may take for their answer. One that is stopped or computes all the time never answers. */
const PATIENCE_MS = 2000

interface Asked {
  readonly asker: ClientConnection
  readonly waitingFor: Set<ClientConnection>
  finish(): void
}

/** Asks clients for the logs of their instances, and passes them on to the connection that wants them. */
export class LogRequests {
  readonly #asked = new Map<number, Asked>()
  #ids = 0

  /** Resolves when all clients have answered, or have had the time to. */
  ask(asker: ClientConnection, query: LogQuery, clients: readonly ClientConnection[]): Promise<void> {
    const id = ++this.#ids
    return new Promise(resolve => {
      const waitingFor = new Set(clients)
      const finish = (): void => {
        clearTimeout(timer)
        this.#asked.delete(id)
        const silent = [...new Set([...waitingFor].map(({ hello }) => hello!.owner.pid))]
        asker.write(JSON.stringify({ silent } satisfies LogSummary))
        resolve()
      }
      const timer = setTimeout(finish, PATIENCE_MS)
      this.#asked.set(id, { asker, waitingFor, finish })
      for (const client of clients) client.write(`LOGS ${JSON.stringify({ ...query, id } satisfies LogRequest)}`)
      if (waitingFor.size === 0) finish()
    })
  }

  answer(client: ClientConnection, { id, logs }: LogAnswer): void {
    const asked = this.#asked.get(id)
    if (logs !== undefined) asked?.asker.write(JSON.stringify(logs))
    else this.#answered(asked, client)
  }

  /** A client that is gone has no more logs. */
  forget(client: ClientConnection): void {
    for (const asked of this.#asked.values()) this.#answered(asked, client)
  }

  #answered(asked: Asked | undefined, client: ClientConnection): void {
    if (asked?.waitingFor.delete(client) && asked.waitingFor.size === 0) asked.finish()
  }
}
