import { expect, test } from 'vitest'
import { registerSecret } from '../../../src/errors/secrets.ts'
import { snapshotOf } from '../../../src/invocations/snapshot.ts'
import { failure, REQUEST_ID, record, success, timeout } from '../../support/results.ts'

test('holds the payload and the log messages of the function', () => {
  const logs = [record('accepted\n'), record('from an extension', { source: 'extension' })]
  expect(snapshotOf(success({ total: 84 }, { logs }))).toEqual({ ok: true, payload: { total: 84 }, logs: ['accepted'] })
})

test('holds the error without its stack', () => {
  expect(snapshotOf(failure({ logs: [] }))).toEqual({
    ok: false,
    error: { errorType: 'ValidationError', errorMessage: 'qty must be > 0', reason: 'error' },
    logs: [],
  })
})

test('replaces the request id in messages', () => {
  const snapshot = snapshotOf(timeout({ logs: [record(`working on ${REQUEST_ID}`)] }))
  expect(snapshot).toMatchObject({
    error: { errorMessage: '<requestId> Task timed out after 3.00 seconds' },
    logs: ['working on <requestId>'],
  })
  expect(JSON.stringify(snapshot)).not.toContain(REQUEST_ID)
})

test("leaves out the runtime's report of an error", () => {
  const logs = [
    record('Invoke Error\t{"errorType":"Error","stack":["Error: no","    at /tmp/x/index.mjs:1:1"]}', { level: 'ERROR' }),
    record('ValueError: no', { raw: '[ERROR] ValueError: no\rTraceback (most recent call last):\r  File "/tmp/x/app.py"' }),
    record('Invoke Errors were counted'),
    record('[ERROR] on its own'),
  ]
  expect(snapshotOf(failure({ logs })).logs).toEqual(['Invoke Errors were counted', '[ERROR] on its own'])
})

test('holds no secret in logs and messages', () => {
  registerSecret('snapsh0t-secret')
  const result = failure({ errorMessage: 'with snapsh0t-secret', logs: [record('log snapsh0t-secret')] })
  expect(snapshotOf(result)).toMatchObject({ error: { errorMessage: 'with ***' }, logs: ['log ***'] })
})
