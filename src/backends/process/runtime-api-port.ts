import { createServer, type Server, type Socket } from 'node:net'
import { listenOnLoopback } from '../../platform/node-internals/listen-on-loopback.ts'

/** A port of 127.0.0.1 for the connections of one instance's runtimes. It keeps no process alive. */
export class RuntimeApiPort {
  readonly number: Promise<number>
  readonly #server: Server

  constructor(onConnection: (socket: Socket) => void) {
    // Half-open, as in node:http: a client that has sent its last byte may still read the answer.
    const server = createServer({ noDelay: true, allowHalfOpen: true }, onConnection)
    server.unref()
    this.#server = server
    this.number = listenOnLoopback(server)
    this.number.catch(() => undefined)
  }

  /** Takes no more connections; those that are open stay. */
  close(): void {
    // Node closes no server that is still about to listen.
    this.number.then(
      () => this.#server.close(),
      () => undefined,
    )
  }
}
