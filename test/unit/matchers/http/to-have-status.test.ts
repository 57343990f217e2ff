import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success } from '../../../support/results.ts'

const created = success({ statusCode: 201, body: '{"id":"a1"}' })
const refused = success({ statusCode: 400, body: '{"error":"qty must be > 0"}' })

test('passes', () => {
  expect(created).toHaveStatus(201)
  expect(created).toHaveStatus([200, 201])
  expect(created).toHaveStatus('2xx')
  expect(refused).toHaveStatus('4xx')
})
test('.not passes', () => {
  expect(created).not.toHaveStatus(200)
  expect(created).not.toHaveStatus([200, 204])
  expect(created).not.toHaveStatus('5xx')
  expect(failure()).not.toHaveStatus(200)
  expect(success({ total: 84 })).not.toHaveStatus(200)
})
test('works asymmetrically', () => {
  expect([created, refused]).toEqual([expect.toHaveStatus(201), expect.not.toHaveStatus('2xx')])
})
explainsMistakes('toHaveStatus', 200)

test('shows the body', () => {
  expect(failureText(() => expect(refused).toHaveStatus(200))).toMatchInlineSnapshot(`
    "expect(result).toHaveStatus(200)

    Expected orders to respond with status 200, but it responded with 400 and this body:
    {"error":"qty must be > 0"}

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('shows a decoded body', () => {
  const encoded = success({ statusCode: 500, isBase64Encoded: true, body: Buffer.from('oops').toString('base64') })
  expect(failureText(() => expect(encoded).toHaveStatus([200, 201]))).toMatchInlineSnapshot(`
    "expect(result).toHaveStatus([200, 201])

    Expected orders to respond with status 200 or 201, but it responded with 500 and this body:
    oops

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that there is no body', () => {
  expect(failureText(() => expect(success({ statusCode: 404 })).toHaveStatus('2xx'))).toMatchInlineSnapshot(`
    "expect(result).toHaveStatus("2xx")

    Expected orders to respond with status 2xx, but it responded with 404 without a body

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that there is no status', () => {
  expect(failureText(() => expect(success({ total: 84 })).toHaveStatus(200))).toMatchInlineSnapshot(`
    "expect(result).toHaveStatus(200)

    Expected orders to respond with status 200, but its payload has no statusCode: { total: 84 }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the status is a string', () => {
  expect(failureText(() => expect(success({ statusCode: '200', body: '' })).toHaveStatus(200))).toMatchInlineSnapshot(`
    "expect(result).toHaveStatus(200)

    Expected orders to respond with status 200, but it responded with "200" (a string, not a number) without a body

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
  expect(failureText(() => expect(failure()).toHaveStatus(200))).toMatchInlineSnapshot(`
    "expect(result).toHaveStatus(200)

    Expected orders to respond with status 200, but it failed with ValidationError: qty must be > 0
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
  expect(failureText(() => expect(created).not.toHaveStatus('2xx'))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveStatus("2xx")

    Expected orders not to respond with status 2xx, but it responded with 201 and this body:
    {"id":"a1"}

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test.each(['200', [], null, '2xx4', ['200']])('refuses %o, also with .not', status => {
  expect(failureText(() => expect(created).toHaveStatus(status as never))).toContain(
    "toHaveStatus needs a status such as 200, several as [200, 201], or a class such as '2xx'",
  )
  expect(failureText(() => expect(created).not.toHaveStatus(status as never))).toContain('needs a status')
})
