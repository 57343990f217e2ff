import { Agent } from 'node:http'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { handOutBuffered, type ViewListener, type ViewSource } from '../tunnel/view-source.ts'

const BUFFER_BYTES = 64 * 1024

/** For connections that become streams: each is read into one buffer. */
export class StreamAgent extends Agent {
  // Its types know nothing of what Node hands on to `connect`.
  override createConnection(options: object): Socket {
    return connectViewed(options as NetConnectOpts)
  }
}

function connectViewed(options: NetConnectOpts): Socket & ViewSource {
  let listener: ViewListener | undefined
  const take = (view: Buffer): boolean => (listener === undefined ? socket.push(Buffer.from(view)) : listener(view))
  const socket = connect({
    ...options,
    onread: {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback: (bytes, buffer) => take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes)),
    },
  })
  return Object.assign(socket, {
    takeViews(next: ViewListener): void {
      handOutBuffered(socket, next)
      listener = next
    },
  })
}
