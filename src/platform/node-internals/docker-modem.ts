import type Docker from 'dockerode'
import { withPristineRequests } from './pristine-requests.ts'

interface Modem {
  buildRequest(...args: unknown[]): void
  readonly host?: string
  readonly port?: number | string
  readonly socketPath?: unknown
}

/** Makes all requests of this client with Node's own `http.request`: docker-modem calls it in `buildRequest`. Seen with 5.0. */
export function keepRequestsPristine(client: Docker): void {
  const modem = modemOf(client)
  const build = modem.buildRequest
  modem.buildRequest = (...args) => withPristineRequests(() => build.apply(modem, args))
}

/** The engine that this client talks to, for comparison: `localhost:2375` or a socket's path. */
export function engineOf(client: Docker): string {
  const { host, port, socketPath } = modemOf(client)
  return host ? `${host.replace(/^\w+:\/\//, '')}:${port}` : String(socketPath)
}

function modemOf({ modem }: Docker): Modem {
  return modem as unknown as Modem
}
