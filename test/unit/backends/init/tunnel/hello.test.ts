import { expect, test } from 'vitest'
import { encodeHello, type Hello, HelloFinder } from '../../../../../src/backends/init/tunnel/hello.ts'

const token = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const hello: Hello = { version: 1, window: 1000, received: 2 ** 40, boot: '0123456789abcdef' }
// The rest of an earlier stream, which contains the beginning of the token.
const bytes = Buffer.concat([Buffer.alloc(50, 9), token.subarray(0, 9), token, encodeHello(hello), Buffer.from('rest')])

test.each([1, 5, 16, 59, 60, 200])('finds the hello after the rest of an earlier stream, in reads of %i bytes', size => {
  let found: Hello | undefined
  const rest: Buffer[] = []
  const finder = new HelloFinder(token, (value, left) => {
    found = value
    rest.push(left)
  })
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size)
    if (found) rest.push(chunk)
    else finder.push(chunk)
  }
  expect(found).toEqual(hello)
  expect(Buffer.concat(rest).toString()).toBe('rest')
})
