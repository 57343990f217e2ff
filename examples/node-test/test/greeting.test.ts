import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { lambda } from 'lambda-fixtures/node-test'

type Handler = (event: { name: string }) => { greeting: string }

const greeting = lambda<Handler>({ functionName: 'greeting', runtime: 'provided.al2023', code: '../shell' })

test('bash bootstrap: takes events and answers', async () => {
  assert.deepEqual(await greeting({ name: 'Ada' }), { greeting: 'hello Ada' })
})

test('bash bootstrap: what it echoes is its log', async (t: TestContext) => {
  t.assert.toHaveLogged(await greeting.invoke({ name: 'Grace' }), 'received {"name":"Grace"}')
})
