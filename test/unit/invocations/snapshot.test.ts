import { describe, expect, test } from 'vitest'
import { registerSecret } from '../../../src/errors/secrets.ts'
import { snapshotOf } from '../../../src/invocations/snapshot.ts'
import { failure, REQUEST_ID, record, success, timeout } from '../../support/results.ts'

test('holds the payload and the log messages of the function', () => {
  const logs = [record('accepted\n'), record('from an extension', { source: 'extension' })]
  expect(snapshotOf(success({ total: 84 }, { logs }), '/var/task')).toEqual({
    ok: true,
    payload: { total: 84 },
    logs: ['accepted'],
  })
})

test('holds the error without its stack', () => {
  expect(snapshotOf(failure({ logs: [] }), '/var/task')).toEqual({
    ok: false,
    error: { errorType: 'ValidationError', errorMessage: 'qty must be > 0', reason: 'error' },
    logs: [],
  })
})

test('replaces the request id in messages', () => {
  const snapshot = snapshotOf(timeout({ logs: [record(`working on ${REQUEST_ID}`)] }), '/var/task')
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
  expect(snapshotOf(failure({ logs }), '/var/task').logs).toEqual(['Invoke Errors were counted', '[ERROR] on its own'])
})

test('holds no secret in logs and messages', () => {
  registerSecret('snapsh0t-secret')
  const result = failure({ errorMessage: 'with snapsh0t-secret', logs: [record('log snapsh0t-secret')] })
  expect(snapshotOf(result, '/var/task')).toMatchObject({ error: { errorMessage: 'with ***' }, logs: ['log ***'] })
})

test('holds no secret in the payload', () => {
  registerSecret('snapsh0t-payload')
  const payload = { list: [{ url: 'postgres://u:snapsh0t-payload@h/db' }], count: 1, none: null }
  expect(snapshotOf(success(payload), '/var/task')).toMatchObject({
    payload: { list: [{ url: 'postgres://u:***@h/db' }], count: 1, none: null },
  })
})

describe('paths', () => {
  const root = '/tmp/lambda-fixtures-0/sessions/9c20/5931-1/instances/9c207697d9a6ada9'

  test("of the instance's folder are those of AWS", () => {
    const logs = [record(`in file://${root}/task/index.mjs, ${root}/tmp, ${root}/opt/nodejs`)]
    const result = failure({ errorMessage: `Cannot find module '${root}/task/missing.mjs'`, logs })
    expect(snapshotOf(result, `${root}/task`)).toMatchObject({
      error: { errorMessage: "Cannot find module '/var/task/missing.mjs'" },
      logs: ['in file:///var/task/index.mjs, /tmp, /opt/nodejs'],
    })
  })

  test('in a container stay as they are', () => {
    const logs = [record('in /var/task/index.mjs, /tmp and /var/log')]
    expect(snapshotOf(success(1, { logs }), '/var/task').logs).toEqual(['in /var/task/index.mjs, /tmp and /var/log'])
  })

  test('of the runtime and of Node are left out of stacks', () => {
    const stack = [
      'Error: boom',
      `    at Runtime.handler (file://${root}/task/index.mjs:2:28)`,
      '    at buffered (/work/node_modules/lambda-fixtures/dist/runtimes/nodejs/bootstrap.cjs:47:38)',
      '    at /work/node_modules/lambda-fixtures/dist/runtimes/nodejs/bootstrap.cjs:42:35',
      '    at Runtime.handleOnce (file:///var/runtime/index.mjs:1173:29)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
      'after it',
    ]
    expect(snapshotOf(success(1, { logs: [record(stack.join('\n'))] }), `${root}/task`).logs).toEqual([
      'Error: boom\n    at Runtime.handler (file:///var/task/index.mjs:2:28)\nafter it',
    ])
  })

  test('of the runtime elsewhere are those of AWS', () => {
    const path = '/work/node_modules/lambda-fixtures'
    const logs = [record(`NODE_PATH=${root}/opt/nodejs/node_modules:${path}/dist/runtimes/nodejs/node_modules`)]
    expect(snapshotOf(success(1, { logs }), `${root}/task`).logs).toEqual([
      'NODE_PATH=/opt/nodejs/node_modules:/var/runtime/node_modules',
    ])
  })
})
