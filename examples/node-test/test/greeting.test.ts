import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { lambda } from 'lambda-fixtures/node-test'

type Handler = (event: { name: string }) => { greeting: string }

describe('greeting: a bash bootstrap', () => {
  const greeting = lambda<Handler>({ functionName: 'greeting', runtime: 'provided.al2023', code: '../shell' })

  test('answers', async () => {
    assert.deepEqual(await greeting({ name: 'Ada' }), { greeting: 'hello Ada' })
  })

  test('log assertion: what it echoes is its log', async (t: TestContext) => {
    t.assert.toHaveLogged(await greeting.invoke({ name: 'Grace' }), 'received {"name":"Grace"}')
  })
})
