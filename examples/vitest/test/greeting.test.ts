import { lambda } from 'lambda-fixtures/vitest'
import { describe, expect, test } from 'vitest'

type Handler = (event: { name: string }) => { greeting: string }

describe('greeting: a bash bootstrap', () => {
  const greeting = lambda<Handler>({ functionName: 'greeting', runtime: 'provided.al2023', code: '../shell' })

  test('answers', async () => {
    expect(await greeting({ name: 'Ada' })).toEqual({ greeting: 'hello Ada' })
  })

  test('log assertion: what it echoes is its log', async () => {
    expect(await greeting.invoke({ name: 'Grace' })).toHaveLogged('received {"name":"Grace"}')
  })
})
