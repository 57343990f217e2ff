import { expect, test } from 'vitest'
import { failureText } from '../../../support/failure-text.ts'
import { handleDouble, jsonRecord, record, success } from '../../../support/results.ts'

const logs = [record('begin'), record('charge'), jsonRecord({ event: 'charged' }), record('end')]
const result = success(1, { logs })

test('passes with other records in between', () => {
  expect(result).toHaveLoggedInOrder(['begin', { event: 'charged' }, /end/])
  expect(logs).toHaveLoggedInOrder(['begin', 'end'])
})
test('.not passes', () => {
  expect(result).not.toHaveLoggedInOrder(['end', 'begin'])
  expect(result).not.toHaveLoggedInOrder(['begin', 'begin'])
  expect(result).not.toHaveLoggedInOrder(['begin', 'shipped'])
})
test('works asymmetrically', () => {
  expect([result, result]).toEqual([
    expect.toHaveLoggedInOrder(['begin', 'end']),
    expect.not.toHaveLoggedInOrder(['end', 'begin']),
  ])
})

test('says what never came', () => {
  expect(failureText(() => expect(result).toHaveLoggedInOrder(['begin', 'shipped', 'end']))).toMatchInlineSnapshot(`
    "expect(result).toHaveLoggedInOrder(["begin", "shipped", "end"])

    Expected orders to log 3 records in this order, but no record matched "shipped"

      ✓ "begin"
      ✗ "shipped"
        "end"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  begin
      INFO  charge
      INFO  {"event":"charged"}
      INFO  end
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says what came too early', () => {
  expect(failureText(() => expect(result).toHaveLoggedInOrder(['charge', { event: 'charged' }, 'begin']))).toMatchInlineSnapshot(`
    "expect(result).toHaveLoggedInOrder(["charge", { event: "charged" }, "begin"])

    Expected orders to log 3 records in this order, but "begin" was logged only before the pattern above it

      ✓ "charge"
      ✓ { event: "charged" }
      ✗ "begin"

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  begin
    > INFO  charge
    > INFO  {"event":"charged"}
      INFO  end
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says that the first never came', () => {
  expect(failureText(() => expect(logs).toHaveLoggedInOrder(['shipped', 'end']))).toMatchInlineSnapshot(`
    "expect(records).toHaveLoggedInOrder(["shipped", "end"])

    Expected the log to contain 2 records in this order, but no record matched "shipped"

      ✗ "shipped"
        "end"

    Log (4 lines):
      INFO  begin
      INFO  charge
      INFO  {"event":"charged"}
      INFO  end"
  `)
})
test('with .not says what it received', () => {
  expect(failureText(() => expect(result).not.toHaveLoggedInOrder(['begin', 'end']))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveLoggedInOrder(["begin", "end"])

    Expected orders not to log 2 records in this order, but it did

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (7 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
    > INFO  begin
      INFO  charge
      INFO  {"event":"charged"}
    > INFO  end
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('refuses anything but a list of patterns', () => {
  expect(failureText(() => expect(result).toHaveLoggedInOrder('begin' as never))).toMatchInlineSnapshot(
    `"toHaveLoggedInOrder needs an array of patterns, as in ['begin', /end/], but received "begin""`,
  )
  expect(failureText(() => expect(result).not.toHaveLoggedInOrder([]))).toContain('needs an array of patterns')
  expect(failureText(() => expect(result).not.toHaveLoggedInOrder(['']))).toContain('needs a part of the message')
})
test('explains wrong input, also with .not', () => {
  for (const received of [Promise.resolve(), { total: 84 }, undefined, handleDouble()]) {
    expect(failureText(() => expect(received).toHaveLoggedInOrder(['x']))).toContain('toHaveLoggedInOrder needs the result')
    expect(failureText(() => expect(received).not.toHaveLoggedInOrder(['x']))).toContain('toHaveLoggedInOrder needs the result')
  }
})
