import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success } from '../../../support/results.ts'

const zod = z.object({ id: z.string(), lines: z.array(z.object({ qty: z.number().positive() })) })
const valibot = v.object({ id: v.string(), lines: v.array(v.object({ qty: v.pipe(v.number(), v.minValue(1)) })) })
const good = success({ id: 'a1', lines: [{ qty: 1 }] })
const bad = success({ id: 1, lines: [{ qty: 1 }, { qty: 0 }] })

test.each([
  ['zod', zod],
  ['valibot', valibot],
])('passes with %s', (_, schema) => {
  expect(good).toHavePayloadMatching(schema)
  expect(bad).not.toHavePayloadMatching(schema)
  expect(failure()).not.toHavePayloadMatching(schema)
})
test('works asymmetrically', () => {
  expect([good, bad]).toEqual([expect.toHavePayloadMatching(zod), expect.not.toHavePayloadMatching(zod)])
})
explainsMistakes('toHavePayloadMatching', zod)

test('lists the issues of zod', () => {
  expect(failureText(() => expect(bad).toHavePayloadMatching(zod))).toMatchInlineSnapshot(`
    "expect(result).toHavePayloadMatching(<zod schema>)

    Expected orders to return a payload that matches the zod schema, but it has 2 issues

      id: Invalid input: expected string, received number
      lines.1.qty: Too small: expected number to be >0

    Received: { id: 1, lines: [{ qty: 1 }, { qty: 0 }] }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('lists the issues of valibot', () => {
  expect(failureText(() => expect(bad).toHavePayloadMatching(valibot))).toMatchInlineSnapshot(`
    "expect(result).toHavePayloadMatching(<valibot schema>)

    Expected orders to return a payload that matches the valibot schema, but it has 2 issues

      id: Invalid type: Expected string but received 1
      lines.1.qty: Invalid value: Expected >=1 but received 0

    Received: { id: 1, lines: [{ qty: 1 }, { qty: 0 }] }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the payload itself is wrong', () => {
  expect(failureText(() => expect(success('text')).toHavePayloadMatching(zod))).toMatchInlineSnapshot(`
    "expect(result).toHavePayloadMatching(<zod schema>)

    Expected orders to return a payload that matches the zod schema, but it has 1 issue

      (the payload): Invalid input: expected object, received string

    Received: "text"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that it failed', () => {
  expect(failureText(() => expect(failure()).toHavePayloadMatching(zod))).toMatchInlineSnapshot(`
    "expect(result).toHavePayloadMatching(<zod schema>)

    Expected orders to return a payload, but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not says what it received', () => {
  expect(failureText(() => expect(good).not.toHavePayloadMatching(zod))).toMatchInlineSnapshot(`
    "expect(result).not.toHavePayloadMatching(<zod schema>)

    Expected orders not to return a payload that matches the zod schema, but it did

    Received: { id: "a1", lines: [{ qty: 1 }] }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('refuses an asynchronous schema, also with .not', () => {
  const slow = v.pipeAsync(
    v.unknown(),
    v.checkAsync(async () => false),
  )
  expect(failureText(() => expect(good).toHavePayloadMatching(slow))).toMatchInlineSnapshot(
    `"toHavePayloadMatching needs a synchronous schema, but received an asynchronous valibot schema: await its own parse of result.payload"`,
  )
  expect(failureText(() => expect(good).not.toHavePayloadMatching(slow))).toContain('asynchronous')
})
test('refuses anything but a schema', () => {
  expect(failureText(() => expect(good).toHavePayloadMatching({ id: 'a1' } as never))).toMatchInlineSnapshot(
    `"toHavePayloadMatching needs a schema that implements Standard Schema v1, such as one of zod 4, valibot 1 or arktype 2"`,
  )
  expect(failureText(() => expect(good).not.toHavePayloadMatching(undefined as never))).toContain('needs a schema')
})
