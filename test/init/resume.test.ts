import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { execBridge, initFile, TestEnvironment } from './harness.ts'
import { seeded } from './seeded.ts'

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test('40 streams that break during echoes lose and repeat nothing', async () => {
  await using environment = await new TestEnvironment().launch()
  const random = seeded(40)
  const payload = Buffer.alloc(3_000_000)
  let bad = 0
  for (let i = 0; i < 40; i++) {
    random.fill(payload)
    payload[0] = 0
    const answer = environment.invokeBytes(payload)
    const breaking = environment.bridges
    // After a random number of turns of the event loop.
    for (let turns = 1 + random.below(60); turns > 0; turns--) await new Promise(resolve => setImmediate(resolve))
    environment.sandbox.breakStream()
    if (hash(await answer) !== hash(payload)) bad++
    environment.output = ''
    await environment.invoke({ do: 'log', tag: 'after', lines: 50, width: 20 })
    if (environment.output.match(/^after/gm)?.length !== 50) bad++
    expect(environment.bridges).toBe(breaking + 1)
  }
  expect(bad).toBe(0)
})

test('a stream with a wrong token gets no answer, and does not affect the tunnel', async () => {
  await using environment = await new TestEnvironment().launch()
  for (let i = 0; i < 6; i++) {
    const { child, stream } = execBridge(initFile(), environment.id)
    let heard = 0
    stream.on('data', chunk => {
      heard += chunk.length
    })
    const wrong = Buffer.from(environment.settings.token)
    wrong[i]! ^= 1
    stream.write(Buffer.concat([wrong, Buffer.from('01000018000000000200000000100000', 'hex'), Buffer.alloc(16)]))
    expect(await environment.invoke({ do: 'echo', data: i })).toBe(i)
    child.kill()
    expect(heard).toBe(0)
  }
  expect(environment.bridges).toBe(1)
})

test('finds a token that comes after the rest of an earlier stream and is cut in two', async () => {
  const environment = new TestEnvironment({ sandbox: { remove: async () => {} } })
  const { stream } = execBridge(initFile(), environment.id)
  const hello = Buffer.concat([
    environment.settings.token,
    Buffer.from('01000018000000000200000000100000', 'hex'),
    Buffer.alloc(16),
  ])
  const answer = new Promise<Buffer>(resolve => stream.once('data', resolve))
  stream.write(Buffer.alloc(100_000, 7))
  stream.write(hello.subarray(0, 5))
  for (const part of [hello.subarray(5, 20), hello.subarray(20)]) {
    await new Promise(resolve => setImmediate(resolve))
    stream.write(part)
  }
  expect((await answer).subarray(0, 16)).toEqual(environment.settings.token)
  stream.destroy()
  environment.init.kill('SIGKILL')
})
