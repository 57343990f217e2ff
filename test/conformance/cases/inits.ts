import { expect } from 'vitest'
import type { InvokeResult, LogRecord } from '../../../src/index.ts'
import { answerOf, general } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import type { AnyFunction } from '../lab.ts'
import { bashFunction, type Language, MANAGED } from '../languages.ts'
import { handlers } from './handlers.ts'

const TYPE_IN_LOGS: Readonly<Record<Language, string>> = {
  nodejs24: 'Runtime.Unknown',
  nodejs22: 'Runtime.Unknown',
  python: 'Runtime.Unknown',
  provided: 'Runtime.Unknown',
}

const THROWN: Readonly<Record<Language, { readonly type: string; readonly message: string }>> = {
  nodejs24: { type: 'RangeError', message: 'init broke' },
  nodejs22: { type: 'RangeError', message: 'init broke' },
  python: { type: 'ValueError', message: 'init broke' },
  provided: { type: 'Custom.InitBroke', message: 'init broke' },
}

/** Platform lines, and where the module's code ran. */
function sequence(records: readonly LogRecord[], requestId: string): string[] {
  return records
    .filter(({ raw, source }) => source === 'platform' || raw === 'module code runs')
    .map(({ raw }) => general(raw, requestId).replace(/\tDuration: .*Max Memory Used: <MB>/, ' … '))
}

const FAILED_REPORT = 'REPORT RequestId: <id> … \tStatus: error\tError Type: '

const throwsTwice: ConformanceCase = {
  name: 'init throws: module code runs twice, INIT_REPORT init and invoke, then START',
  contract: '2.6, 4.2, 5, 10',
  async run(lab) {
    const fn = await lab.launch({ environment: { PROBE_INIT: 'throw' } })
    const result = await fn.invoke({ op: 'count' })
    const { type, message } = THROWN[lab.language]
    expect(result).toMatchObject({ statusCode: 200, functionError: 'Unhandled', coldStart: true })
    expect(result.error).toMatchObject({ errorType: type, errorMessage: message, reason: 'init' })
    const logged = TYPE_IN_LOGS[lab.language]
    const failed = (phase: string): string =>
      `INIT_REPORT Init Duration: <ms>\tPhase: ${phase}\tStatus: error\tError Type: ${logged}`
    expect(sequence(result.logs, result.requestId)).toEqual([
      'module code runs',
      failed('init'),
      'module code runs',
      failed('invoke'),
      'START RequestId: <id> Version: $LATEST',
      'END RequestId: <id>',
      `${FAILED_REPORT}${logged}`,
    ])
    const again = await fn.invoke({ op: 'count' })
    expect(again.error).toMatchObject({ errorType: type, reason: 'init' })
    expect(sequence(again.logs, again.requestId)).toEqual([
      'module code runs',
      failed('invoke'),
      'START RequestId: <id> Version: $LATEST',
      'END RequestId: <id>',
      `${FAILED_REPORT}${logged}`,
    ])
    return answerOf(result)
  },
}

const payloadOfInit: ConformanceCase = {
  name: 'init throws: the payload is what the runtime posted',
  contract: '2.6',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch({ environment: { PROBE_INIT: 'throw' } })
    const result = await fn.invoke({})
    const payload = JSON.parse(Buffer.from(result.rawPayload).toString())
    if (lab.language === 'python') {
      expect(Object.keys(payload)).toEqual(['errorMessage', 'errorType', 'requestId', 'stackTrace'])
      expect(payload.requestId).toBe('')
      return 'errorMessage, errorType, requestId "", stackTrace'
    }
    expect(Object.keys(payload)).toEqual(['errorType', 'errorMessage', 'trace'])
    return 'errorType, errorMessage, trace'
  },
}

/** aws-lambda-ric 4 writes `-` where the contract, from an older one, has `undefined`. */
const LOGGED: Readonly<Record<string, RegExp>> = {
  nodejs24: /^<time>\t-\tERROR\tInit Error \t\{"errorType":"RangeError","errorMessage":"init broke","stack":\[/,
  nodejs22: /^<time>\tundefined\tERROR\tUncaught Exception \t\{"errorType":"RangeError","errorMessage":"init broke","stack":\[/,
  python:
    /^\[WARNING\]\t<time>\t\tLAMBDA_WARNING: Unhandled exception\. The most likely cause is an issue in the function code\. However/,
}

const loggedInit: ConformanceCase = {
  name: 'init throws: what the runtime logs',
  contract: '4.2, 4.3',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch({ environment: { PROBE_INIT: 'throw' } })
    const result = await fn.invoke({})
    const lines = result.logs.filter(({ source }) => source === 'function').map(({ raw }) => general(raw, result.requestId))
    expect(lines[1]).toMatch(LOGGED[lab.language]!)
    if (lab.language === 'python') expect(lines[2]).toMatch(/^\[ERROR\] ValueError: init broke\nTraceback/)
    return general(lines[1] ?? '', result.requestId).slice(0, 60)
  },
}

const exitInInit = [0, 3].map(
  (code): ConformanceCase => ({
    name: `exit ${code} in init`,
    contract: '2.5, 4.2',
    async run(lab) {
      const fn = await lab.launch({ environment: { PROBE_INIT: `exit:${code}` } })
      const result = await fn.invoke({})
      const message = code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`
      expect(JSON.parse(Buffer.from(result.rawPayload).toString())).toEqual({
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${result.requestId} Error: ${message}`,
      })
      expect(sequence(result.logs, result.requestId)).toEqual([
        'module code runs',
        'INIT_REPORT Init Duration: <ms>\tPhase: init\tStatus: error\tError Type: Runtime.ExitError',
        'module code runs',
        'INIT_REPORT Init Duration: <ms>\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError',
        'START RequestId: <id> Version: $LATEST',
        `RequestId: <id> Error: ${message}\nRuntime.ExitError`,
        'END RequestId: <id>',
        `${FAILED_REPORT}Runtime.ExitError`,
      ])
      return answerOf(result)
    },
  }),
)

const recovers: ConformanceCase = {
  name: 'init that fails once: the first invocation runs it again and answers, without Init Duration',
  contract: '4.1, 5',
  async run(lab) {
    const fn = await lab.launch({ environment: { PROBE_INIT: 'once:throw' } })
    const result = await fn.invoke({ op: 'count' })
    expect(result).toMatchObject({ ok: true, payload: 1, coldStart: true })
    expect(result.report.initDurationMs).toBeUndefined()
    expect(sequence(result.logs, result.requestId)).toEqual([
      'module code runs',
      `INIT_REPORT Init Duration: <ms>\tPhase: init\tStatus: error\tError Type: ${TYPE_IN_LOGS[lab.language]}`,
      'module code runs',
      'START RequestId: <id> Version: $LATEST',
      'END RequestId: <id>',
      'REPORT RequestId: <id> … \t',
    ])
    expect((await fn.invoke({ op: 'count' })).payload).toBe(2)
    return 'the first invocation answers, after INIT_REPORT Phase: init'
  },
}

const suppressedTimeout: ConformanceCase = {
  name: 'init that is run again inside an invocation counts against its timeout',
  contract: '2.6, 4.2, 5',
  async run(lab) {
    const fn = await lab.launch({ timeout: 3, environment: { PROBE_INIT: 'once:throw|sleep:30000' } })
    const result = await fn.invoke({ op: 'count' })
    expect(result.error).toMatchObject({ errorType: 'Sandbox.Timedout', reason: 'timeout' })
    expect(sequence(result.logs, result.requestId).slice(2)).toEqual([
      'module code runs',
      'INIT_REPORT Init Duration: <ms>\tPhase: invoke\tStatus: timeout',
      'START RequestId: <id> Version: $LATEST',
      expect.stringMatching(/^<time> <id> Task timed out after 3\.\d\d seconds\n$/),
      'END RequestId: <id>',
      'REPORT RequestId: <id> … \tStatus: timeout',
    ])
    return answerOf(result)
  },
}

const longInit: ConformanceCase = {
  name: 'init may take longer than the timeout: it has 10 s of its own',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch({ timeout: 3, environment: { PROBE_INIT: 'sleep:3300' } })
    const result = await fn.invoke({ op: 'count' })
    expect(result).toMatchObject({ ok: true, payload: 1 })
    expect(result.report.initDurationMs).toBeGreaterThan(3000)
    expect(result.report.durationMs).toBeLessThan(3000)
    return 'answered, Init Duration over 3,000 ms, Duration under 3,000'
  },
}

const initLimit: ConformanceCase = {
  name: 'a runtime that never asks for an event: init ends after 10 s, the invocation after its timeout',
  contract: '4.2, 5',
  in: ['provided'],
  async run(lab) {
    const fn = await lab.launch({ timeout: 1, code: bashFunction('sleep 600') })
    const result = await fn.invoke({})
    expect(result.error).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/timed out after 1\.00 seconds$/),
      reason: 'timeout',
    })
    const lines = result.logs.map(({ raw }) => raw)
    expect(lines[0]).toMatch(/^INIT_REPORT Init Duration: 10\d\d\d\.\d\d ms\tPhase: init\tStatus: timeout$/)
    expect(lines[1]).toMatch(/^INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: invoke\tStatus: timeout$/)
    return answerOf(result)
  },
}

async function reports(fn: AnyFunction): Promise<InvokeResult<any>[]> {
  return [await fn.invoke({ op: 'count' }), await fn.invoke({ op: 'count' })]
}

const goodInit: ConformanceCase = {
  name: 'init that succeeds: no INIT_REPORT, Init Duration and its bill in the first REPORT only',
  contract: '4.1, 4.2',
  async run(lab) {
    const fn = await lab.launch({ environment: { PROBE_INIT: 'sleep:50' } })
    const [first, second] = (await reports(fn)) as [InvokeResult<any>, InvokeResult<any>]
    const { durationMs, billedDurationMs, initDurationMs = 0 } = first.report
    expect(initDurationMs).toBeGreaterThan(20)
    expect(billedDurationMs).toBe(Math.ceil(durationMs + initDurationMs))
    expect(sequence(first.logs, first.requestId)).toEqual([
      'START RequestId: <id> Version: $LATEST',
      'END RequestId: <id>',
      'REPORT RequestId: <id> … \tInit Duration: <ms>\t',
    ])
    expect(second.report.initDurationMs).toBeUndefined()
    expect(second.report.billedDurationMs).toBe(Math.ceil(second.report.durationMs))
    expect([first.coldStart, second.coldStart]).toEqual([true, false])
    return 'REPORT … Init Duration: <ms>; Billed = ceil(Duration + Init)'
  },
}

const initLines: ConformanceCase = {
  name: 'what init logs is the instance’s, not in the tail of the first invocation, if it succeeds',
  contract: '2.2',
  async run(lab) {
    const fn = await lab.launch({ environment: { PROBE_INIT: 'sleep:0' } })
    const result = await fn.invoke({ op: 'count' })
    expect(result.logTail).toMatch(/^START /)
    expect(fn.logs.map(({ raw }) => raw)).toContain('module code runs')
    return 'the tail begins with START'
  },
}

export const inits: Theme = {
  name: 'init',
  cases: [
    goodInit,
    initLines,
    longInit,
    throwsTwice,
    payloadOfInit,
    loggedInit,
    recovers,
    suppressedTimeout,
    initLimit,
    ...exitInInit,
    ...handlers,
  ],
}
