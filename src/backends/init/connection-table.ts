import type { Duplex } from 'node:stream'
import { connectHost } from './connect-host.ts'
import { FrameType } from './tunnel/frames.ts'
import type { Tunnel } from './tunnel/tunnel.ts'
import { TunnelConnection } from './tunnel-connection.ts'

/** The connections of one container, by channel. */
export class ConnectionTable {
  readonly #tunnel: Tunnel
  readonly #onRuntimeApi: (connection: Duplex) => void
  readonly #connections = new Map<number, TunnelConnection>()

  constructor(tunnel: Tunnel, onRuntimeApi: (connection: Duplex) => void) {
    this.#tunnel = tunnel
    this.#onRuntimeApi = onRuntimeApi
  }

  /** Handles a frame if it concerns a connection, and returns `false` otherwise. */
  take(type: number, channel: number, payload: Buffer): boolean {
    if (type === FrameType.open) {
      this.#open(channel, payload.readUInt16BE(0))
      return true
    }
    if (type < FrameType.open || type > FrameType.receipt) return false
    // A connection that is missing was destroyed here while the frame was under way.
    const connection = this.#connections.get(channel)
    if (!connection) return true
    if (type === FrameType.data) connection.received(payload)
    else if (type === FrameType.end) connection.ended()
    else if (type === FrameType.credit) connection.credited(payload.readUInt32BE(0))
    else if (type === FrameType.receipt) connection.receipted()
    else connection.reset()
    return true
  }

  /** The tunnel is closed. */
  lost(error: Error): void {
    for (const connection of this.#connections.values()) connection.lost(error)
  }

  #open(channel: number, port: number): void {
    const connection = new TunnelConnection(this.#tunnel, channel)
    this.#connections.set(channel, connection)
    connection.on('close', () => this.#connections.delete(channel))
    // Without any listener, a reset would end the test process.
    connection.on('error', () => {})
    if (port === 0) this.#onRuntimeApi(connection)
    else forward(connection, port)
  }
}

/** Connects the function to the service that listens on the same port of this machine. */
function forward(inside: TunnelConnection, port: number): void {
  const outside = connectHost(port)
  outside.on('error', () => inside.destroy())
  outside.on('close', failed => failed && inside.destroy())
  inside.on('close', () => outside.destroyed || inside.readableEnded || outside.destroy())
  inside.on('error', () => outside.destroy())
  inside.pipe(outside)
  outside.pipe(inside)
}
