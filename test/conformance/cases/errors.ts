import { expect } from 'vitest'
import type { InvokeResult } from '../../../src/index.ts'
import { answerOf, functionLines, general, platformLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import { bashFunction, type Language, MANAGED, NODE } from '../languages.ts'

const THROWN: Readonly<Record<Language, { readonly type: string; readonly keys: readonly string[] }>> = {
  nodejs24: { type: 'RangeError', keys: ['errorType', 'errorMessage', 'trace'] },
  nodejs22: { type: 'RangeError', keys: ['errorType', 'errorMessage', 'trace'] },
  python: { type: 'ValueError', keys: ['errorMessage', 'errorType', 'requestId', 'stackTrace'] },
  provided: { type: 'Custom.Failure', keys: ['errorMessage', 'errorType', 'stackTrace'] },
}

const parsed = (result: InvokeResult<unknown>): Record<string, unknown> => JSON.parse(Buffer.from(result.rawPayload).toString())

const thrown: ConformanceCase = {
  name: 'a handler that throws: AWS’s members in AWS’s order, 200, Unhandled',
  contract: '2.2, 2.4',
  async run(lab) {
    const result = await lab.invoke({ op: 'throw', message: 'qty must be > 0' })
    const { type, keys } = THROWN[lab.language]
    expect(result).toMatchObject({ ok: false, statusCode: 200, functionError: 'Unhandled', executedVersion: '$LATEST' })
    expect(result.error).toMatchObject({ errorType: type, errorMessage: 'qty must be > 0', reason: 'error' })
    expect(Object.keys(parsed(result))).toEqual(keys)
    if (lab.language === 'python') expect(parsed(result).requestId).toBe(result.requestId)
    return `{${keys.join(', ')}}`
  },
}

const stack: ConformanceCase = {
  name: 'a handler that throws: the stack names the function’s file',
  contract: '2.4',
  in: MANAGED,
  async run(lab) {
    const result = await lab.invoke({ op: 'throw', message: 'boom' })
    const { trace, stackTrace } = parsed(result)
    const first = (trace ?? stackTrace) as string[]
    if (lab.language === 'python') expect(first[0]).toMatch(/^ {2}File ".*\/app\.py", line \d+, in handler\n {4}return getattr/)
    else expect(first.slice(0, 2)).toEqual(['RangeError: boom', expect.stringMatching(/^ {4}at .*\/index\.mjs:\d+:\d+\)?$/)])
    return first[0]?.replace(/File ".*", line \d+/, 'File "…/app.py", line …').split('\n')[0]
  },
}

const warm: ConformanceCase = {
  name: 'a handler that throws: the environment stays warm, the report is that of a success',
  contract: '4.1, 5, 10',
  async run(lab) {
    const fn = await lab.launch()
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    const result = await fn.invoke({ op: 'throw', message: 'boom' })
    expect(platformLines(result)).toEqual([
      'START RequestId: <id> Version: $LATEST',
      'END RequestId: <id>',
      'REPORT RequestId: <id>\tDuration: <ms>\tBilled Duration: <ms>\tMemory Size: 256 MB\tMax Memory Used: <MB>\t',
    ])
    expect(await fn.invoke({ op: 'count' })).toMatchObject({ payload: 2, coldStart: false, instance: result.instance })
    return 'START, END, REPORT without Status; the next invocation is warm'
  },
}

const logged: ConformanceCase = {
  name: 'a handler that throws: what the runtime logs',
  contract: '4.3',
  in: MANAGED,
  async run(lab) {
    const result = await lab.invoke({ op: 'throw', message: 'boom' })
    const [line = '', ...others] = functionLines(result).map(raw => general(raw, result.requestId))
    expect(others).toEqual([])
    if (lab.language === 'python') {
      expect(line).toMatch(
        /^\[ERROR\] ValueError: boom\nTraceback \(most recent call last\):\n\u00a0\u00a0File ".*\/app\.py", line \d+, in handler/,
      )
      return '[ERROR] ValueError: boom⏎Traceback (most recent call last):⏎  File …'
    }
    expect(line).toMatch(
      /^<time>\t<id>\tERROR\tInvoke Error \t\{"errorType":"RangeError","errorMessage":"boom","stack":\["RangeError: boom","/,
    )
    return '<time>\\t<id>\\tERROR\\tInvoke Error \\t{"errorType":"RangeError","errorMessage":"boom","stack":[…]}'
  },
}

const nonError: ConformanceCase = {
  name: 'a thrown text is an error of type "string"',
  contract: '2.4',
  in: NODE,
  async run(lab) {
    const fn = await lab.launch({ code: { 'index.mjs': "export const handler = async () => { throw 'just text' }" } })
    const result = await fn.invoke({})
    expect(parsed(result)).toEqual({ errorType: 'string', errorMessage: 'just text', trace: [] })
    return answerOf(result)
  },
}

const del: ConformanceCase = {
  name: 'DEL in a message is %7F',
  contract: '2.4',
  in: NODE,
  async run(lab) {
    const result = await lab.invoke({ op: 'throw', message: 'a\x7Fb' })
    expect(result.error?.errorMessage).toBe('a%7Fb')
    return answerOf(result)
  },
}

const callbackError: ConformanceCase = {
  name: 'callback(error) and context.fail are Unhandled too',
  contract: '2.2, 5',
  in: ['nodejs22'],
  async run(lab) {
    const code = `
      exports.handler = (event, context, callback) => {
        if (event.how === 'callback') callback(new TypeError('by callback'))
        else context.fail(new TypeError('by fail'))
      }`
    const fn = await lab.launch({ code: { 'index.js': code } })
    for (const how of ['callback', 'fail']) {
      const result = await fn.invoke({ how })
      expect(result).toMatchObject({ functionError: 'Unhandled', error: { errorType: 'TypeError', errorMessage: `by ${how}` } })
    }
    return 'TypeError: by callback, by fail'
  },
}

const UNSERIALISABLE: Readonly<
  Record<string, { readonly code: Record<string, string>; readonly type: string; readonly message: string }>
> = {
  nodejs24: {
    code: { 'index.mjs': 'export const handler = async () => { const all = {}; all.all = all; return all }' },
    type: 'Runtime.JSONStringifyError',
    message: 'Unable to stringify response body',
  },
  nodejs22: {
    code: { 'index.mjs': 'export const handler = async () => { const all = {}; all.all = all; return all }' },
    type: 'Error',
    message: 'Unable to stringify response body',
  },
  python: {
    code: { 'app.py': 'def handler(event, context):\n    return {1}' },
    type: 'Runtime.MarshalError',
    message: 'Unable to marshal response: Object of type set is not JSON serializable',
  },
}

const unserialisable: ConformanceCase = {
  name: 'a result that has no JSON form',
  contract: '2.4',
  in: MANAGED,
  async run(lab) {
    const { code, type, message } = UNSERIALISABLE[lab.language]!
    const fn = await lab.launch({ code })
    const result = await fn.invoke({})
    expect(result.error).toMatchObject({ errorType: type, errorMessage: message, reason: 'error' })
    return answerOf(result)
  },
}

const verbatim: ConformanceCase = {
  name: 'any JSON posted to /error is the payload, to the byte',
  contract: '1.5',
  in: ['provided'],
  async run(lab) {
    const body = '{ "anything": [1, "two"], "errorType" : "A.B" }'
    const fn = await lab.launch({ code: bashFunction(`while next; do call POST "$api/invocation/$id/error" '${body}'; done`) })
    const result = await fn.invoke({})
    expect(Buffer.from(result.rawPayload).toString()).toBe(body)
    expect(result.functionError).toBe('Unhandled')
    return body
  },
}

export const errors: Theme = {
  name: 'errors',
  cases: [thrown, stack, warm, logged, nonError, del, callbackError, unserialisable, verbatim],
}
