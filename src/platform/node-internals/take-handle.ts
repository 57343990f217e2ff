import type { Socket } from 'node:net'

/**
 * Takes the connection out of a socket, for `new Socket({ handle })` to put another socket around it. The first is closed without it.
 * `undefined` if Node no longer keeps it in `_handle`, which is not documented. Seen on Node 22.12, 24.21 and 26.12.
 */
export function takeHandle(socket: Socket): object | undefined {
  const from = socket as Socket & { _handle?: object | null }
  const handle = from._handle
  if (handle === undefined || handle === null) return undefined
  from._handle = null
  from.destroy()
  return handle
}
