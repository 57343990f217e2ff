import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success } from '../../../support/results.ts'

const answer = success({ id: 'a1', total: 84, lines: [{ sku: 'x' }] })

test('passes', () => {
  expect(answer).toHavePayload({ id: 'a1', total: 84, lines: [{ sku: 'x' }] })
  expect(answer).toHavePayload({ id: expect.any(String), total: 84, lines: expect.any(Array) })
  expect(answer).toHavePayload(expect.objectContaining({ total: 84 }))
  expect(success(null)).toHavePayload(null)
  expect(success('text')).toHavePayload('text')
})
test('is exact, as toEqual', () => {
  expect(answer).not.toHavePayload({ total: 84 })
  expect(success({ a: 1 })).toHavePayload({ a: 1, b: undefined })
})
test('.not passes for a failure, which has no payload', () => {
  expect(failure()).not.toHavePayload({ total: 84 })
  expect(failure()).not.toHavePayload(undefined)
})
test('works asymmetrically', () => {
  expect([answer, success(1)]).toEqual([expect.toHavePayload(expect.objectContaining({ id: 'a1' })), expect.not.toHavePayload(2)])
})
explainsMistakes('toHavePayload', {})

test('shows the difference, without what asymmetric matchers matched', () => {
  const expected = { id: expect.any(String), total: 85, lines: [{ sku: expect.any(String) }] }
  expect(failureText(() => expect(answer).toHavePayload(expected))).toMatchInlineSnapshot(`
    "expect(result).toHavePayload({ id: Any<String>, total: 85, lines: [{ sku: Any<String> }] })

    Expected orders to return this payload, but it returned another one

    - Expected
    + Received

    @@ -3,7 +3,7 @@
        "lines": [
          {
            "sku": "x",
          },
        ],
    -   "total": 85,
    +   "total": 84,
      }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows the difference to ObjectContaining', () => {
  expect(failureText(() => expect(answer).toHavePayload(expect.objectContaining({ total: 85 })))).toMatchInlineSnapshot(`
    "expect(result).toHavePayload(ObjectContaining({ total: 85 }))

    Expected orders to return this payload, but it returned another one

    - Expected
    + Received

    @@ -3,7 +3,7 @@
        "lines": [
          {
            "sku": "x",
          },
        ],
    -   "total": 85,
    +   "total": 84,
      }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows two values of one line', () => {
  expect(failureText(() => expect(success('no time')).toHavePayload({ total: 84 }))).toMatchInlineSnapshot(`
    "expect(result).toHavePayload({ total: 84 })

    Expected orders to return this payload, but it returned another one

    Expected: { total: 84 }
    Received: "no time"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows the difference of texts', () => {
  expect(failureText(() => expect(success('a\nb')).toHavePayload('a\nc'))).toMatchInlineSnapshot(`
    "expect(result).toHavePayload("a\\nc")

    Expected orders to return this payload, but it returned another one

    - Expected
    + Received

      a
    - c
    + b

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('names the matcher for HTTP responses', () => {
  const http = success({ statusCode: 200, body: '{"total":84}' })
  expect(failureText(() => expect(http).toHavePayload({ total: 84 }))).toMatchInlineSnapshot(`
    "expect(result).toHavePayload({ total: 84 })

    Expected orders to return this payload, but only the body of its response equals it: use toHaveJsonBody

    - Expected
    + Received

      {
    -   "total": 84,
    +   "body": "{\\"total\\":84}",
    +   "statusCode": 200,
      }

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
  expect(failureText(() => expect(failure()).toHavePayload({ total: 84 }))).toMatchInlineSnapshot(`
    "expect(result).toHavePayload({ total: 84 })

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
  expect(failureText(() => expect(success({ total: 84 })).not.toHavePayload({ total: 84 }))).toMatchInlineSnapshot(`
    "expect(result).not.toHavePayload({ total: 84 })

    Expected orders not to return { total: 84 }, but it did

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
