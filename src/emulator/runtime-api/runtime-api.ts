import { type AddressInfo, createServer, type Server } from 'node:net'
import { RuntimeConnection } from './runtime-connection.ts'
import { RuntimeHttp } from './runtime-http.ts'
import { type RuntimeApiListener, type RuntimeEvent, RuntimeRequests } from './runtime-requests.ts'
import type { RuntimeSocket } from './runtime-socket.ts'

/**
 * The Runtime API of one execution environment, to the letter of contract 1: routes, headers, bodies, wrong order and bad ids.
 * It knows nothing of processes, time or logs.
 */
export class RuntimeApi {
  readonly #requests: RuntimeRequests
  readonly #http: RuntimeHttp
  readonly #connections = new Set<RuntimeConnection>()
  #listening: Promise<Server> | undefined

  constructor(listener: RuntimeApiListener) {
    this.#requests = new RuntimeRequests(listener)
    this.#http = new RuntimeHttp(this.#requests)
  }

  /** Serves a connection of the runtime, from wherever it comes. */
  accept(socket: RuntimeSocket): void {
    const connection = new RuntimeConnection(socket, this.#requests, this.#http)
    this.#connections.add(connection)
    socket.once('close', () => this.#connections.delete(connection))
  }

  /** Listens on 127.0.0.1; gives the port. What listens keeps no process alive. */
  listen(): Promise<number> {
    // Half-open, as node:http has it: who has sent its last byte may still read the answer.
    const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => this.accept(socket))
    server.unref()
    this.#listening = new Promise((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server))
    })
    return this.#listening.then(() => (server.address() as AddressInfo).port)
  }

  /** Hands an event to the runtime, now or with its next poll. */
  deliver(event: RuntimeEvent): void {
    this.#requests.deliver(event)
  }

  /** Forgets the runtime: its connections, its state and its event. A fresh one may come. */
  reset(): void {
    this.#requests.reset()
    for (const connection of this.#connections) connection.destroy()
    this.#http.closeConnections()
  }

  close(): void {
    this.reset()
    // Also one that does not listen yet, which Node would not close.
    this.#listening?.then(
      server => server.close(),
      () => undefined,
    )
  }
}
