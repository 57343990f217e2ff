import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { failure, success, timeout } from '../../../support/results.ts'

test('passes', () => {
  expect(failure()).toHaveFailed()
  expect(failure()).toHaveFailed('qty')
  expect(failure()).toHaveFailed(/^qty must/)
  expect(failure()).toHaveFailed({ errorType: 'ValidationError', errorMessage: 'must be', reason: 'error' })
  expect(failure()).toHaveFailed({ errorType: /Error$/, errorMessage: expect.stringContaining('qty') })
  expect(timeout()).toHaveFailed({ reason: 'timeout' })
})
test('a global RegExp matches twice', () => {
  const pattern = /qty/g
  expect(failure()).toHaveFailed(pattern)
  expect(failure()).toHaveFailed(pattern)
})
test('.not passes for a success and for another failure', () => {
  expect(success(1)).not.toHaveFailed()
  expect(success(1)).not.toHaveFailed('qty')
  expect(failure()).not.toHaveFailed('price')
  expect(failure()).not.toHaveFailed({ errorType: 'Validation' })
  expect(failure()).not.toHaveFailed({ errorType: 'ValidationError', reason: 'timeout' })
})
test('works asymmetrically', () => {
  expect([failure(), success(1)]).toEqual([expect.toHaveFailed('qty'), expect.not.toHaveFailed()])
})
explainsMistakes('toHaveFailed')

test('says what was returned instead', () => {
  expect(failureText(() => expect(success({ total: 84 })).toHaveFailed())).toMatchInlineSnapshot(`
    "expect(result).toHaveFailed()

    Expected orders to fail, but it returned { total: 84 }

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says what was expected', () => {
  expect(
    failureText(() => expect(success(1)).toHaveFailed({ errorType: 'ValidationError', errorMessage: /qty/ })),
  ).toMatchInlineSnapshot(`
    "expect(result).toHaveFailed({ errorType: "ValidationError", errorMessage: /qty/ })

    Expected orders to fail with errorType "ValidationError", errorMessage /qty/, but it returned 1

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says which part differs', () => {
  expect(
    failureText(() => expect(failure()).toHaveFailed({ errorType: 'TypeError', errorMessage: /qty/ })),
  ).toMatchInlineSnapshot(`
    "expect(result).toHaveFailed({ errorType: "TypeError", errorMessage: /qty/ })

    Expected orders to fail with errorType "TypeError", errorMessage /qty/, but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)

    Expected errorType: "TypeError"
    Received errorType: "ValidationError"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('compares the message with a string', () => {
  expect(failureText(() => expect(failure()).toHaveFailed('price'))).toMatchInlineSnapshot(`
    "expect(result).toHaveFailed("price")

    Expected orders to fail with errorMessage "price", but it failed with ValidationError: qty must be > 0
      · at handler (src/orders.ts:12:11)

    Expected errorMessage: "price"
    Received errorMessage: "qty must be > 0"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not says how it failed', () => {
  expect(failureText(() => expect(failure()).not.toHaveFailed())).toMatchInlineSnapshot(`
    "expect(result).not.toHaveFailed()

    Expected orders not to fail, but it failed with ValidationError: qty must be > 0
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
test('with .not and a pattern says how it failed', () => {
  expect(failureText(() => expect(failure()).not.toHaveFailed(/qty/))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveFailed(/qty/)

    Expected orders not to fail with errorMessage /qty/, but it failed with ValidationError: qty must be > 0
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
test('refuses a class', () => {
  expect(failureText(() => expect(failure()).toHaveFailed(TypeError as never))).toMatchInlineSnapshot(
    `"toHaveFailed needs a string, a RegExp or { errorType, errorMessage, reason }, but received the class TypeError: give its name, as in { errorType: 'TypeError' }"`,
  )
})
test('refuses unknown parts', () => {
  expect(failureText(() => expect(failure()).not.toHaveFailed({ message: 'qty' } as never))).toMatchInlineSnapshot(
    `"toHaveFailed needs a string, a RegExp or { errorType, errorMessage, reason }, but received an object with message"`,
  )
})
