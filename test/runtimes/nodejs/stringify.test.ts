import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'

const { stringify } = createRequire(import.meta.url)('../../../runtimes/nodejs/stringify.cjs') as {
  stringify(result: unknown, ErrorClass: ErrorConstructor): string
}

test.each([
  [{ a: [1, 'x', null] }, '{"a":[1,"x",null]}'],
  [undefined, 'null'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
])('%o is %s', (value, json) => expect(stringify(value, Error)).toBe(json))

test('a function has no JSON form, as AWS says it', () => {
  expect(() => stringify(() => 1, Error)).toThrow(new TypeError('Wrong arguments'))
})

describe('a value that cannot be written', () => {
  const a: Record<string, unknown> = { list: [{}] }
  ;(a.list as Record<string, unknown>[])[0]!.back = a
  const loop: unknown[] = []
  loop.push(loop)

  test.each<[string, unknown, string]>([
    ['a BigInt', 10n, 'response (a BigInt)'],
    ['a BigInt in an object', { ok: 1, order: { total: 10n } }, 'response.order.total (a BigInt)'],
    ['a BigInt in a list', { 'two words': [1, 2n] }, 'response["two words"][1] (a BigInt)'],
    ['a BigInt that toJSON() returns', { a: { toJSON: () => ({ b: 1n }) } }, 'response.a.toJSON().b (a BigInt)'],
    ['a circular reference', a, 'response.list[0].back (a circular reference to response)'],
    ['a circular reference within', { loop }, 'response.loop[0] (a circular reference to response.loop)'],
    ['a toJSON() that throws', { a: { toJSON: () => JSON.parse('{') } }, 'response (SyntaxError: '],
    ['a value twice and then a BigInt', { x: [a.list && { y: 1 }], z: 1n }, 'response.z (a BigInt)'],
  ])('%s is named in the stack', (_, value, culprit) => {
    try {
      stringify(value, Error)
      expect.unreachable()
    } catch (error) {
      const { message, stack } = error as Error
      expect(message).toBe('Unable to stringify response body')
      const [first, second = ''] = (stack ?? '').split('\n')
      expect(first).toBe('Error: Unable to stringify response body')
      expect(second.slice(0, '    at '.length + culprit.length)).toBe(`    at ${culprit}`)
    }
  })
})
