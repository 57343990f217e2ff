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
test('is asymmetric', () => {
  expect([good, bad]).toEqual([expect.toHavePayloadMatching(zod), expect.not.toHavePayloadMatching(zod)])
})
explainsMistakes('toHavePayloadMatching', zod)

test('lists the issues of zod', () => {
  expect(failureText(() => expect(bad).toHavePayloadMatching(zod))).toMatchInlineSnapshot(`
    "expect(result).toHavePayloadMatching()

    Expected orders to answer as the zod schema says, but there are 2 issues

      id: Invalid input: expected string, received number
      lines.1.qty: Too small: expected number to be >0

    Received: { id: 1, lines: [{ qty: 1 }, { qty: 0 }] }

    Function   orders (process 3f9c2a7b, cold, 38 ms)
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
    "expect(result).toHavePayloadMatching()

    Expected orders to answer as the valibot schema says, but there are 2 issues

      id: Invalid type: Expected string but received 1
      lines.1.qty: Invalid value: Expected >=1 but received 0

    Received: { id: 1, lines: [{ qty: 1 }, { qty: 0 }] }

    Function   orders (process 3f9c2a7b, cold, 38 ms)
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
    "expect(result).toHavePayloadMatching()

    Expected orders to answer as the zod schema says, but there is 1 issue

      (the payload): Invalid input: expected object, received string

    Received: "text"

    Function   orders (process 3f9c2a7b, cold, 38 ms)
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
    "expect(result).toHavePayloadMatching()

    Expected orders to answer, but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)

    Function   orders (process 3f9c2a7b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says with .not', () => {
  expect(failureText(() => expect(good).not.toHavePayloadMatching(zod))).toMatchInlineSnapshot(`
    "expect(result).not.toHavePayloadMatching()

    Expected orders not to answer as the zod schema says, but it did

    Received: { id: "a1", lines: [{ qty: 1 }] }

    Function   orders (process 3f9c2a7b, cold, 38 ms)
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
    `"toHavePayloadMatching is synchronous, but this valibot schema is asynchronous: await its own parse of result.payload"`,
  )
  expect(failureText(() => expect(good).not.toHavePayloadMatching(slow))).toContain('asynchronous')
})
test('refuses what is no schema', () => {
  expect(failureText(() => expect(good).toHavePayloadMatching({ id: 'a1' } as never))).toMatchInlineSnapshot(
    `"toHavePayloadMatching takes a schema with Standard Schema v1, such as one of zod 4, valibot 1 or arktype 2"`,
  )
  expect(failureText(() => expect(good).not.toHavePayloadMatching(undefined as never))).toContain('takes a schema')
})
