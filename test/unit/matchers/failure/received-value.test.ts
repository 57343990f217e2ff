import { expect, test } from 'vitest'
import { setOrigin } from '../../../../src/invocations/origin.ts'
import { FunctionError } from '../../../../src/model/function-error.ts'
import { failureText } from '../../../support/failure-text.ts'
import { failure, handleDouble } from '../../../support/results.ts'

const explain = (received: unknown): string => failureText(() => expect(received).toHaveSucceeded())

test('a Promise', () =>
  expect(explain(Promise.resolve())).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received a Promise: did you forget "await" before orders.invoke(…)?"`,
  ))
test('a Promise of a known function', () => {
  const source = Object.defineProperty(handleDouble(), 'functionName', { value: 'billing' })
  expect(explain(setOrigin(Promise.resolve(), { source }))).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received a Promise: did you forget "await" before billing.invoke(…)?"`,
  )
})
test('a payload', () =>
  expect(explain({ total: 84 })).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received the payload itself: use orders.invoke(…) instead of orders(…)"`,
  ))
test('a payload of null', () =>
  expect(explain(null)).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received the payload itself: use orders.invoke(…) instead of orders(…)"`,
  ))
test('undefined', () =>
  expect(explain(undefined)).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received undefined: does the awaited call return the result of .invoke(…)?"`,
  ))
test('a handle', () =>
  expect(explain(handleDouble())).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received the function orders itself: invoke it, as in await orders.invoke(…)"`,
  ))
test('another function', () =>
  expect(explain(() => {})).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received a function: call it and await what it returns"`,
  ))
test('an asynchronous invocation', () =>
  expect(explain({ requestId: 'x', settled: () => {} })).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received an asynchronous invocation, which has no result yet: use await (await orders.invokeAsync(…)).settled()"`,
  ))
test('a stream', () =>
  expect(explain({ async *[Symbol.asyncIterator]() {} })).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received a stream: its result is await stream.result"`,
  ))
test('a caught FunctionError', () =>
  expect(explain(new FunctionError(failure()))).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received a FunctionError: its result is error.result, or use .invoke(…), which does not throw"`,
  ))
test('a Response', () =>
  expect(explain(new Response('{}'))).toMatchInlineSnapshot(
    `"toHaveSucceeded needs the result of an invocation, but received a Response of .fetch(…): use .invoke(…) for a result"`,
  ))
test('the error has a code', () => {
  expect(() => expect(undefined).toHaveSucceeded()).toThrow(expect.objectContaining({ code: 'MATCHER_MISUSED' }))
})
test('a handle in place of a log', () =>
  expect(failureText(() => expect(handleDouble()).toHaveLogged('x'))).toMatchInlineSnapshot(
    `"toHaveLogged needs the result of an invocation or an array of log records, but received the function orders: use expect(await orders.invoke(…)) for one invocation, expect(orders.logs) for all so far, or await expect(orders).toEventuallyLog(…)"`,
  ))
test('an array that is not a log', () => {
  expect(failureText(() => expect(['line']).toHaveLogged('x'))).toMatchInlineSnapshot(
    `"toHaveLogged needs the result of an invocation or an array of log records, but received an array of something else"`,
  )
})
