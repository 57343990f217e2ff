import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success } from '../../../support/results.ts'

const answer = success({
  statusCode: 200,
  headers: { 'Content-Type': 'application/json', 'x-count': 3 },
  multiValueHeaders: { 'X-Tag': ['a', 'b'] },
  cookies: ['session=1; HttpOnly', 'theme=dark'],
})

test('ignores the case of names', () => {
  expect(answer).toHaveHeader('content-type')
  expect(answer).toHaveHeader('CONTENT-TYPE', 'application/json')
  expect(answer).toHaveHeader('content-type', /json/)
  expect(answer).toHaveHeader('content-type', expect.stringContaining('json'))
  expect(answer).toHaveHeader('x-count', 3)
  expect(answer).toHaveHeader('x-count', '3')
})
test('passes if one of several values fits', () => {
  expect(answer).toHaveHeader('x-tag', 'b')
  expect(answer).toHaveHeader('set-cookie', /^theme=/)
})
test('.not passes', () => {
  expect(answer).not.toHaveHeader('etag')
  expect(answer).not.toHaveHeader('content-type', 'text/html')
  expect(answer).not.toHaveHeader('content-type', 'json')
  expect(failure()).not.toHaveHeader('content-type')
  expect(success('text')).not.toHaveHeader('content-type')
})
test('works asymmetrically', () => {
  expect([answer, answer]).toEqual([expect.toHaveHeader('x-tag', 'a'), expect.not.toHaveHeader('etag')])
})
explainsMistakes('toHaveHeader', 'etag')

test('lists the headers of the response', () => {
  expect(failureText(() => expect(answer).toHaveHeader('etag'))).toMatchInlineSnapshot(`
    "expect(result).toHaveHeader("etag")

    Expected orders to respond with header etag, but the response has only content-type, set-cookie, x-count, x-tag

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the response has no headers', () => {
  expect(failureText(() => expect(success({ statusCode: 200 })).toHaveHeader('etag', 'x'))).toMatchInlineSnapshot(`
    "expect(result).toHaveHeader("etag", "x")

    Expected orders to respond with header etag: "x", but the response has no headers

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows the values', () => {
  expect(failureText(() => expect(answer).toHaveHeader('x-tag', /c/))).toMatchInlineSnapshot(`
    "expect(result).toHaveHeader("x-tag", /c/)

    Expected orders to respond with header x-tag: /c/, but its value is "a", "b"

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
  expect(failureText(() => expect(failure()).toHaveHeader('etag'))).toMatchInlineSnapshot(`
    "expect(result).toHaveHeader("etag")

    Expected orders to respond with header etag, but it failed with ValidationError: qty must be > 0
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
  expect(failureText(() => expect(answer).not.toHaveHeader('content-type', /json/))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveHeader("content-type", /json/)

    Expected orders not to respond with header content-type: /json/, but its value is "application/json"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('refuses an object', () => {
  expect(failureText(() => expect(answer).toHaveHeader({ etag: 'x' } as never))).toMatchInlineSnapshot(
    `"toHaveHeader needs the header's name first, as in toHaveHeader('content-type', /json/), but received { etag: "x" }"`,
  )
})
