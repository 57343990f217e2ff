import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { jsonLines } from '../../../../../src/backends/engines/connection/json-lines.ts'

async function read(...chunks: readonly Uint8Array[]): Promise<unknown[]> {
  return await Array.fromAsync(jsonLines(Readable.from(chunks)))
}

test('reads values from chunks that are cut anywhere', async () => {
  const bytes = Buffer.from('{"a":"ü€"}\r\n\n{"b":2}\n{"c":3}')
  const whole = [{ a: 'ü€' }, { b: 2 }, { c: 3 }]
  expect(await read(bytes)).toEqual(whole)
  expect(await read(...Array.from(bytes, byte => Buffer.of(byte)))).toEqual(whole)
})

test('fails with the stream', async () => {
  const failing = new Readable({ read: () => undefined })
  failing.push('{"a":1}\n')
  const lines = jsonLines(failing)
  expect((await lines.next()).value).toEqual({ a: 1 })
  failing.destroy(new Error('cut off'))
  await expect(lines.next()).rejects.toThrow('cut off')
})
