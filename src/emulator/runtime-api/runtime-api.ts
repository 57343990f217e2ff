import { RuntimeConnection } from './runtime-connection.ts'
import { RuntimeHttp } from './runtime-http.ts'
import { type RuntimeApiListener, type RuntimeEvent, RuntimeRequests } from './runtime-requests.ts'
import type { RuntimeSocket } from './runtime-socket.ts'

/**
 * The Runtime API of one execution environment: routes, headers, bodies, and AWS's answers to requests in the wrong order or with a
 * wrong id. A sandbox brings the connections. @see contract 1
 */
export class RuntimeApi {
  readonly #requests: RuntimeRequests
  readonly #http: RuntimeHttp
  readonly #connections = new Set<RuntimeConnection>()

  constructor(listener: RuntimeApiListener) {
    this.#requests = new RuntimeRequests(listener)
    this.#http = new RuntimeHttp(this.#requests)
  }

  /** Serves a runtime's connection, of whatever transport. */
  accept(socket: RuntimeSocket): void {
    const connection = new RuntimeConnection(socket, this.#requests, this.#http)
    this.#connections.add(connection)
    socket.once('close', () => this.#connections.delete(connection))
  }

  /** Hands an event to the runtime, now or with its next poll. */
  deliver(event: RuntimeEvent): void {
    this.#requests.deliver(event)
  }

  /** Forgets the runtime with its connections, its state and its event, so that another runtime can connect. */
  reset(): void {
    this.#requests.reset()
    for (const connection of this.#connections) connection.destroy()
    this.#http.closeConnections()
  }
}
