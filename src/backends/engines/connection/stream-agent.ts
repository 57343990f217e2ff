import { Agent } from 'node:http'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { type ViewSource, withViews } from '../../init/tunnel/view-stream.ts'

const BUFFER_BYTES = 64 * 1024

/** An agent for connections that become streams: each is read into one buffer, again and again. */
export class StreamAgent extends Agent {
  // The type of Node's own method leaves out that it gets the options of `connect`.
  override createConnection(options: object): Socket {
    return connectViewed(options as NetConnectOpts)
  }
}

function connectViewed(options: NetConnectOpts): Socket & ViewSource {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  const source = withViews(
    connect({ ...options, onread: { buffer, callback: (bytes): boolean => source.give(buffer.subarray(0, bytes)) } }),
  )
  return source.stream
}
