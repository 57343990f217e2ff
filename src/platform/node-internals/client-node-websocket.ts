import { createRequire } from 'node:module'
import type { WebSocket } from 'ws'

/** The `ws` that @kubernetes/client-node depends on, which the user need not install. Seen with client-node 2.0 and ws 8.23. */
export function clientNodeWebSocket(): typeof WebSocket {
  const { resolve } = createRequire(import.meta.url)
  return createRequire(resolve('@kubernetes/client-node'))('ws').WebSocket
}
