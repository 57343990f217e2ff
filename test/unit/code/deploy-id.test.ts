import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { deployId } from '../../../src/code/deploy-id.ts'
import { readCode } from '../../../src/code/read-code.ts'

const zip = (text: string) => readCode({ 'index.mjs': text }, { baseDirectory: '/', what: 'code', root: '/var/task' })

test('is the SHA-256 over the SHA-256s, in 43 characters that are safe in URLs, labels and paths', async () => {
  const [code, layer] = [await zip('code'), await zip('layer')]
  const expected = createHash('sha256')
    .update(Buffer.from(code.sha256 + layer.sha256, 'hex'))
    .digest('base64url')
  expect(deployId(code, [layer])).toBe(expected)
  expect(expected).toMatch(/^[\w-]{43}$/)
})

test('differs by contents, by the order of layers, and by what is code', async () => {
  const [a, b] = [await zip('a'), await zip('b')]
  const ids = [
    deployId(a, []),
    deployId(b, []),
    deployId(a, [b]),
    deployId(b, [a]),
    deployId(undefined, [a]),
    deployId(undefined, [a, b]),
    deployId(undefined, [b, a]),
  ]
  expect(new Set(ids).size).toBe(ids.length)
  expect(deployId(await zip('a'), [await zip('b')])).toBe(ids[2])
})
