import { lambda } from 'lambda-fixtures/jest'

type Handler = (event: { name: string }) => { greeting: string }

const greeting = lambda<Handler>({ functionName: 'greeting', runtime: 'provided.al2023', code: '../shell' })

test('bash bootstrap: takes events and answers', async () => {
  expect(await greeting({ name: 'Ada' })).toEqual({ greeting: 'hello Ada' })
})

test('bash bootstrap: what it echoes is its log', async () => {
  expect(await greeting.invoke({ name: 'Grace' })).toHaveLogged('received {"name":"Grace"}')
})
