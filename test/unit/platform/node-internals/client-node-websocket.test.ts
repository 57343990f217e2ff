import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { clientNodeWebSocket } from '../../../../src/platform/node-internals/client-node-websocket.ts'

const clientNode = createRequire(import.meta.url).resolve('@kubernetes/client-node')

test("the client's own ws is found (seen with client-node 2.0 and ws 8.23)", () => {
  const { dependencies } = createRequire(clientNode)('../package.json')
  expect(dependencies, '@kubernetes/client-node does not depend on ws any more').toHaveProperty('ws')
  expect(clientNodeWebSocket()).toBe(createRequire(clientNode)('ws').WebSocket)
})
