import { expect, test } from 'vitest'
import { currentOwner } from '../../../../../src/model/owner.ts'
import { ClientConnection } from '../../../../../src/reaper/watchdog/server/client-connection.ts'
import { LogRequests } from '../../../../../src/reaper/watchdog/server/log-requests.ts'

interface Connection {
  readonly client: ClientConnection
  readonly heard: string[]
}

function connect(pid?: number): Connection {
  const heard: string[] = []
  const client = new ClientConnection(line => void heard.push(line))
  if (pid !== undefined)
    client.introduce({ client: String(pid), session: '0123456789abcdef', owner: { ...currentOwner(), pid }, threadId: 0 })
  return { client, heard }
}

const logs = { instance: 'a'.repeat(32), functionName: 'orders', backend: 'process', pid: 1, text: 'hello\n' }

test('the answers of all clients are passed on, then a summary', async () => {
  const requests = new LogRequests()
  const [asker, one, two] = [connect(), connect(1), connect(2)]
  const asked = requests.ask(asker.client, { name: 'orders' }, [one.client, two.client])
  expect(one.heard).toEqual(['LOGS {"name":"orders","id":1}'])
  expect(two.heard).toEqual(one.heard)
  requests.answer(two.client, { id: 1 })
  requests.answer(one.client, { id: 1, logs })
  requests.answer(one.client, { id: 1 })
  await asked
  expect(asker.heard).toEqual([JSON.stringify(logs), '{"silent":[]}'])
})

test('without clients, and when a client is gone, there is nothing to wait for', async () => {
  const requests = new LogRequests()
  const [asker, one] = [connect(), connect(1)]
  await requests.ask(asker.client, {}, [])
  const asked = requests.ask(asker.client, {}, [one.client])
  requests.forget(one.client)
  await asked
  expect(asker.heard).toEqual(['{"silent":[]}', '{"silent":[]}'])
})

test('an answer to no question is ignored', () => {
  const requests = new LogRequests()
  const one = connect(1)
  requests.answer(one.client, { id: 9, logs })
  requests.answer(one.client, { id: 9 })
  expect(one.heard).toEqual([])
})
