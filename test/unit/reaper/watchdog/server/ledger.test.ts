import { expect, test } from 'vitest'
import { currentOwner } from '../../../../../src/model/owner.ts'
import type { ProcessResource } from '../../../../../src/model/resource.ts'
import { ClientConnection } from '../../../../../src/reaper/watchdog/server/client-connection.ts'
import { Ledger } from '../../../../../src/reaper/watchdog/server/ledger.ts'

const runtime = (digit: string, more: Partial<ProcessResource> = {}): ProcessResource => ({
  kind: 'process',
  instanceId: digit.repeat(32),
  ...more,
})

function client(ledger: Ledger, threadId: number, ...resources: ProcessResource[]): ClientConnection {
  const connection = new ClientConnection(() => {})
  connection.introduce({ client: String(threadId), session: '0123456789abcdef', owner: currentOwner(), threadId })
  for (const [index, resource] of resources.entries()) connection.register({ id: index + 1, resource })
  ledger.add(connection)
  return connection
}

test('a resource that two clients have registered is left when the second is removed, as it was known last', () => {
  const ledger = new Ledger()
  const first = client(ledger, 1, runtime('a'), runtime('b'))
  const second = client(ledger, 2, runtime('b', { pid: 7, startTime: '7' }))
  expect(ledger.remove(first)).toEqual([{ kind: 'folder', path: first.folder }, runtime('a')])
  expect(ledger.remove(second)).toEqual([{ kind: 'folder', path: second.folder }, runtime('b', { pid: 7, startTime: '7' })])
  expect(ledger.clients.size).toBe(0)
})

test('a client that is emptied stays, with its folder', () => {
  const ledger = new Ledger()
  const only = client(ledger, 1, runtime('a'))
  expect(ledger.empty(only)).toEqual([runtime('a')])
  expect(ledger.empty(only)).toEqual([])
  expect([...ledger.clients]).toEqual([only])
  expect(ledger.remove(only)).toEqual([{ kind: 'folder', path: only.folder }])
})
