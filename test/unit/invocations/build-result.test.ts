import { describe, expect, test } from 'vitest'
import { buildResult } from '../../../src/invocations/build-result.ts'
import { originOf, setOrigin } from '../../../src/invocations/origin.ts'
import type { InvocationOutcome } from '../../../src/model/invocation.ts'
import { type InvokeResult, isInvokeResult } from '../../../src/model/result.ts'
import { outcome } from '../../support/instance-double.ts'
import { handleDouble, REQUEST_ID, record } from '../../support/results.ts'

const request = { requestId: REQUEST_ID, payload: new Uint8Array(), invokedFunctionArn: 'arn', executedVersion: '$LATEST' }
const context = { functionName: 'orders', backend: 'process', instance: 'i1', taskRoot: '/var/task', sourceMap: {} }

const build = (payload: string, parts: Partial<InvocationOutcome> = {}): InvokeResult =>
  buildResult(request, outcome(payload, parts), context)
const fail = (body: unknown, parts: Partial<InvocationOutcome> = {}): InvokeResult =>
  build(typeof body === 'string' ? body : JSON.stringify(body), { functionError: 'Unhandled', reason: 'error', ...parts })

test('a success has its payload and all other members', () => {
  const logs = [record('accepted')]
  const parts = outcome('{"total":84}', { logs, logTail: 'tail', coldStart: true })
  const result = buildResult(request, parts, context)
  expect({ ...result }).toEqual({
    ok: true,
    payload: { total: 84 },
    requestId: REQUEST_ID,
    statusCode: 200,
    executedVersion: '$LATEST',
    rawPayload: Buffer.from('{"total":84}'),
    logs,
    logTail: 'tail',
    report: parts.report,
    coldStart: true,
    instance: 'i1',
    functionName: 'orders',
    backend: 'process',
  })
  expect(result.error).toBeUndefined()
})

test('a payload that is not JSON is its text', () => {
  expect(build('not JSON').payload).toBe('not JSON')
  expect(build('').payload).toBe('')
})

test('only its own members are compared, and matchers recognise it', () => {
  const result = build('1')
  setOrigin(result, { source: handleDouble() })
  expect(isInvokeResult(result)).toBe(true)
  expect(originOf(result)?.source.functionName).toBe('orders')
  expect(result).toEqual({ ...build('1') })
  expect(Object.keys(result)).not.toContain('toJSON')
  expect(String(Object.getPrototypeOf(result).constructor)).toBe(String(Object))
})

test('toJSON() holds no path of the instance', () => {
  const root = '/tmp/lambda-fixtures-0/instances/i1'
  const parts = outcome('1', { logs: [record(`in ${root}/task`)] })
  expect(JSON.stringify(buildResult(request, parts, { ...context, taskRoot: `${root}/task` }))).toBe(
    '{"ok":true,"payload":1,"logs":["in /var/task"]}',
  )
})

describe('a failure', () => {
  test('has type, message and reason of the error', () => {
    const result = fail({ errorType: 'ValidationError', errorMessage: 'qty must be > 0' }, { reason: 'init' })
    expect(result).toMatchObject({ ok: false, functionError: 'Unhandled' })
    expect(result.error).toEqual({
      errorType: 'ValidationError',
      errorMessage: 'qty must be > 0',
      stackTrace: [],
      reason: 'init',
    })
    expect(result.payload).toBeUndefined()
  })

  test('takes the type of the report, and the whole text for the message, if the body has none', () => {
    const report = { durationMs: 1, billedDurationMs: 1, memorySizeMb: 128, errorType: 'Runtime.ExitError' }
    expect(fail('broken', { report, reason: undefined }).error).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: 'broken',
      reason: 'error',
    })
    expect(fail('null').error).toMatchObject({ errorType: '', errorMessage: 'null' })
    expect(fail({ errorType: 5, errorMessage: { a: 1 } }).error).toMatchObject({ errorType: '' })
  })

  test("shows Node's frames without the message and the runtime", () => {
    const trace = [
      'ValidationError: qty must be > 0',
      'second line of the message',
      '    at check (file:///var/task/index.mjs:3:9)',
      '    at handler (/var/task/index.mjs:7:5)',
      '    at Runtime.handleOnce (/opt/node_modules/lambda-fixtures/runtimes/nodejs/index.mjs:1:1)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
      '    at node:internal/main:1:1',
      '    at TracingChannel.tracePromise (node:diagnostics_channel:362:14)',
    ]
    expect(fail({ trace }).error?.stackTrace).toEqual([
      '    at check (file:///var/task/index.mjs:3:9)',
      '    at handler (/var/task/index.mjs:7:5)',
    ])
  })

  test("shows Python's frames", () => {
    const stackTrace = ['  File "/var/task/app.py", line 3, in handler\n    check(event)\n']
    expect(fail({ stackTrace }).error?.stackTrace).toEqual(stackTrace)
  })
})
