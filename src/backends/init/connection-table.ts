import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { FrameType } from './tunnel/frames.ts'
import { RECEIVE_WINDOW, type Tunnel } from './tunnel/tunnel.ts'
import { TunnelConnection } from './tunnel-connection.ts'

/** All connections of one container, by channel. */
export class ConnectionTable {
  private readonly connections = new Map<number, TunnelConnection>()
  private readonly session: Tunnel
  private readonly onRuntimeApi: (connection: Duplex) => void

  constructor(session: Tunnel, onRuntimeApi: (connection: Duplex) => void) {
    this.session = session
    this.onRuntimeApi = onRuntimeApi
  }

  /** Handles the frames that are a connection's; false for others. */
  take(type: number, channel: number, payload: Buffer): boolean {
    if (type === FrameType.open) {
      this.open(channel, payload.readUInt16BE(0))
      return true
    }
    if (type < FrameType.open || type > FrameType.receipt) return false
    // One that is not there was destroyed here while the frame was under way.
    const connection = this.connections.get(channel)
    if (!connection) return true
    if (type === FrameType.data) connection.received(payload)
    else if (type === FrameType.end) connection.ended()
    else if (type === FrameType.credit) connection.credited(payload.readUInt32BE(0))
    else if (type === FrameType.receipt) connection.receipted()
    else connection.reset()
    return true
  }

  /** The tunnel is gone. */
  lost(error: Error): void {
    for (const connection of this.connections.values()) connection.lost(error)
  }

  private open(channel: number, port: number): void {
    const connection = new TunnelConnection(this.session, channel, RECEIVE_WINDOW)
    this.connections.set(channel, connection)
    connection.on('close', () => this.connections.delete(channel))
    // Whoever uses it has listeners of its own; without any, a reset must not end the test process.
    connection.on('error', () => {})
    if (port === 0) this.onRuntimeApi(connection)
    else forward(connection, port)
  }
}

// Joins a connection to the service of the same port on this machine.
function forward(inside: TunnelConnection, port: number): void {
  const outside = connect({ port, host: 'localhost', allowHalfOpen: true, noDelay: true, autoSelectFamily: true })
  outside.on('error', () => inside.destroy())
  outside.on('close', failed => failed && inside.destroy())
  inside.on('close', () => outside.destroyed || inside.readableEnded || outside.destroy())
  inside.on('error', () => outside.destroy())
  inside.pipe(outside)
  outside.pipe(inside)
}
