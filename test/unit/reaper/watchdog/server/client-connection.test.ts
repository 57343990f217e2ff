import { expect, test } from 'vitest'
import { currentOwner } from '../../../../../src/model/owner.ts'
import type { Resource } from '../../../../../src/model/resource.ts'
import type { Hello } from '../../../../../src/reaper/watchdog/protocol.ts'
import { ClientConnection } from '../../../../../src/reaper/watchdog/server/client-connection.ts'

const hello: Hello = { client: 'c', session: '0123456789abcdef', owner: currentOwner(), threadId: 0 }

function introduced(more: Partial<Hello> = {}): ClientConnection {
  const client = new ClientConnection(() => {})
  client.introduce({ ...hello, ...more })
  return client
}

test("a client's own folder is among its resources from the start", () => {
  const client = introduced({ threadId: 3 })
  const { pid, startTime } = currentOwner()
  expect(client.folder).toMatch(new RegExp(`/sessions/0123456789abcdef/${pid}-${startTime}-3$`))
  expect([...client.resources.values()]).toEqual([{ kind: 'folder', path: client.folder }])
})

test.each<[string, unknown]>([
  ['no folder of the user', { kind: 'folder', path: '/etc' }],
  ["no instance's id", { kind: 'process', instanceId: '1' }],
  ['a folder elsewhere', { kind: 'process', instanceId: '0'.repeat(32), folder: '/etc' }],
  ['no label', { kind: 'container', engine: { host: 'h' }, labels: {} }],
  ['no engine', { kind: 'container', engine: {}, labels: { a: '1' } }],
  ['no server', { kind: 'lease', cluster: { server: 'x' }, namespace: 'ns', name: 'l' }],
  ['an unknown kind', { kind: 'rocket' }],
])('a resource with %s is refused', (_, resource) => {
  const client = introduced()
  expect(() => client.register({ id: 1, resource: resource as Resource })).toThrow()
  expect(client.resources.size).toBe(1)
})

test('a client that has not introduced itself, or has no session, is refused', () => {
  const client = new ClientConnection(() => {})
  expect(() => client.register({ id: 1, resource: { kind: 'process', instanceId: '0'.repeat(32) } })).toThrow('HELLO comes first')
  expect(() => introduced({ session: '../..' })).toThrow("a session's id is 16 hex digits")
})

test('a client has lost its runner when that is gone for the grace period, if both can be seen from here', () => {
  const dead = { pid: 2 ** 31 - 1, startTime: '1' }
  expect(introduced().hasLostRunner(0)).toBe(false)
  expect(introduced({ runner: currentOwner() }).hasLostRunner(0)).toBe(false)
  expect(introduced({ runner: dead }).hasLostRunner(0)).toBe(true)
  expect(introduced({ runner: dead }).hasLostRunner(10_000)).toBe(false)
  expect(introduced({ runner: dead, owner: { ...currentOwner(), host: 'elsewhere' } }).hasLostRunner(0)).toBe(false)
})
