import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success } from '../../../support/results.ts'

const answer = success({ statusCode: 200, body: '{"id":"a1","total":84}' })
const encoded = success({ statusCode: 200, isBase64Encoded: true, body: Buffer.from('{"name":"Zoë"}').toString('base64') })

test('passes', () => {
  expect(answer).toHaveJsonBody({ id: 'a1', total: 84 })
  expect(answer).toHaveJsonBody({ id: 'a1', total: expect.any(Number) })
  expect(encoded).toHaveJsonBody({ name: 'Zoë' })
  expect(success({ body: 'null' })).toHaveJsonBody(null)
})
test('.not passes', () => {
  expect(answer).not.toHaveJsonBody({ id: 'a1' })
  expect(success({ body: '<html>' })).not.toHaveJsonBody({})
  expect(failure()).not.toHaveJsonBody(undefined)
})
test('works asymmetrically', () => {
  expect([answer, encoded]).toEqual([
    expect.toHaveJsonBody(expect.objectContaining({ total: 84 })),
    expect.not.toHaveJsonBody({}),
  ])
})
explainsMistakes('toHaveJsonBody', {})

test('shows the difference and the status', () => {
  expect(failureText(() => expect(answer).toHaveJsonBody({ id: expect.any(String), total: 85 }))).toMatchInlineSnapshot(`
    "expect(result).toHaveJsonBody({ id: Any<String>, total: 85 })

    Expected orders to respond with this JSON body, but it responded with another one (status 200)

    - Expected
    + Received

      {
        "id": "a1",
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
test('says why a body is not JSON', () => {
  const html = success({ statusCode: 502, body: '<html>Bad gateway</html>' })
  expect(failureText(() => expect(html).toHaveJsonBody({ id: 'a1' }))).toMatchInlineSnapshot(`
    "expect(result).toHaveJsonBody({ id: "a1" })

    Expected orders to respond with a JSON body, but its body is not JSON: Unexpected token '<', "<html>Bad "... is not valid JSON

    Received: <html>Bad gateway</html>

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the body is empty', () => {
  expect(failureText(() => expect(success({ statusCode: 204, body: '' })).toHaveJsonBody({}))).toMatchInlineSnapshot(`
    "expect(result).toHaveJsonBody({})

    Expected orders to respond with a JSON body, but its body is empty

    Received: { statusCode: 204, body: "" }

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
  expect(failureText(() => expect(success({ statusCode: 204 })).toHaveJsonBody({}))).toMatchInlineSnapshot(`
    "expect(result).toHaveJsonBody({})

    Expected orders to respond with a JSON body, but the response has no body

    Received: { statusCode: 204 }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the body is not a string', () => {
  expect(
    failureText(() => expect(success({ statusCode: 200, body: { id: 'a1' } })).toHaveJsonBody({ id: 'a1' })),
  ).toMatchInlineSnapshot(`
    "expect(result).toHaveJsonBody({ id: "a1" })

    Expected orders to respond with a JSON body, but its body is not a string: API Gateway and Function URLs need body: JSON.stringify(…)

    Received: { statusCode: 200, body: { id: "a1" } }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the payload is not an HTTP response', () => {
  expect(failureText(() => expect(success('text')).toHaveJsonBody({}))).toMatchInlineSnapshot(`
    "expect(result).toHaveJsonBody({})

    Expected orders to respond with a JSON body, but its payload is not an HTTP response ({ statusCode, headers, body })

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
  expect(failureText(() => expect(failure()).toHaveJsonBody({}))).toMatchInlineSnapshot(`
    "expect(result).toHaveJsonBody({})

    Expected orders to respond with a JSON body, but it failed with ValidationError: qty must be > 0
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
  expect(failureText(() => expect(answer).not.toHaveJsonBody(expect.objectContaining({ id: 'a1' })))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveJsonBody(ObjectContaining({ id: "a1" }))

    Expected orders not to respond with the JSON body ObjectContaining({ id: "a1" }), but it did

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
