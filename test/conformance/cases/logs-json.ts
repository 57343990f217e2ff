import { expect } from 'vitest'
import type { InvokeResult } from '../../../src/index.ts'
import { functionLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import { MANAGED, NODE } from '../languages.ts'

const JSON_FORMAT = { loggingConfig: { logFormat: 'JSON' } }

function platformEvents(result: InvokeResult<unknown>): { type: string; record: any; time: string }[] {
  return result.logs.filter(({ source }) => source === 'platform').map(({ raw }) => JSON.parse(raw))
}

const platformJson: ConformanceCase = {
  name: 'platform.start and platform.report in place of START, END and REPORT',
  contract: '4.4',
  async run(lab) {
    const fn = await lab.launch(JSON_FORMAT)
    const result = await fn.invoke({ op: 'count' })
    const [start, report, ...others] = platformEvents(result)
    expect(others).toEqual([])
    expect(start).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      type: 'platform.start',
      record: { requestId: result.requestId, functionArn: fn.functionArn, version: '$LATEST' },
    })
    const { durationMs, billedDurationMs, maxMemoryUsedMb, initDurationMs } = result.report
    expect(report).toMatchObject({
      type: 'platform.report',
      record: {
        requestId: result.requestId,
        metrics: { durationMs, billedDurationMs, memorySizeMB: 256, maxMemoryUsedMB: maxMemoryUsedMb, initDurationMs },
        status: 'success',
      },
    })
    return 'platform.start, platform.report'
  },
}

const timeoutJson: ConformanceCase = {
  name: 'a timeout: runtimeDone and report with status timeout, no text line',
  contract: '4.4',
  async run(lab) {
    const fn = await lab.launch({ ...JSON_FORMAT, timeout: 3 })
    const result = await fn.invoke({ op: 'sleep', ms: 30_000 })
    const events = platformEvents(result)
    expect(events.map(({ type }) => type)).toEqual(['platform.start', 'platform.runtimeDone', 'platform.report'])
    expect(events[1]?.record).toMatchObject({ status: 'timeout', metrics: { producedBytes: 0 } })
    expect(events[2]?.record).toMatchObject({ status: 'timeout', metrics: { durationMs: 3000 } })
    return 'platform.start, platform.runtimeDone, platform.report'
  },
}

const exitJson: ConformanceCase = {
  name: 'an exit: status error and errorType',
  contract: '4.4',
  async run(lab) {
    const fn = await lab.launch(JSON_FORMAT)
    const result = await fn.invoke({ op: 'exit', code: 1 })
    expect(platformEvents(result).at(-1)?.record).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' })
    return 'platform.report: status error, errorType Runtime.ExitError'
  },
}

const consoleJson: ConformanceCase = {
  name: 'console and logging: one JSON object a line',
  contract: '4.3, 4.4',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch(JSON_FORMAT)
    const python = lab.language === 'python'
    const result = await fn.invoke({ op: 'console', levels: [python ? 'WARNING' : 'warn'], message: 'said' })
    const [line = '{}'] = functionLines(result)
    const { requestId } = result
    if (python) {
      expect(Object.keys(JSON.parse(line))).toEqual(['timestamp', 'level', 'message', 'logger', 'requestId'])
      expect(JSON.parse(line)).toMatchObject({ level: 'WARNING', message: 'said', logger: 'root', requestId })
      return '{timestamp, level, message, logger, requestId}'
    }
    expect(Object.keys(JSON.parse(line))).toEqual(['timestamp', 'level', 'requestId', 'message'])
    expect(JSON.parse(line)).toMatchObject({ level: 'WARN', message: 'said', requestId })
    return '{timestamp, level, requestId, message}'
  },
}

const objectJson: ConformanceCase = {
  name: 'a single object stays an object',
  contract: '4.3',
  in: NODE,
  async run(lab) {
    const fn = await lab.launch(JSON_FORMAT)
    const result = await fn.invoke({ op: 'console', levels: ['info'], message: { id: 1, nested: [2] } })
    expect(JSON.parse(functionLines(result)[0] ?? '').message).toEqual({ id: 1, nested: [2] })
    return '"message":{"id":1,"nested":[2]}'
  },
}

const levels: ConformanceCase = {
  name: 'applicationLogLevel filters in the runtime',
  contract: '4.3',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch({ loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'ERROR' } })
    const python = lab.language === 'python'
    const result = await fn.invoke({
      op: 'console',
      levels: python ? ['INFO', 'WARNING', 'ERROR', 'CRITICAL'] : ['info', 'warn', 'error', 'fatal'],
      message: 'said',
    })
    const seen = functionLines(result).map(line => JSON.parse(line).level)
    expect(seen).toEqual(python ? ['ERROR', 'CRITICAL'] : ['ERROR', 'FATAL'])
    return seen.join(', ')
  },
}

const systemLevel: ConformanceCase = {
  name: 'systemLogLevel filters the platform’s',
  contract: '4.4',
  async run(lab) {
    const debug = await lab.launch({ loggingConfig: { logFormat: 'JSON', systemLogLevel: 'DEBUG' } })
    const warn = await lab.launch({ loggingConfig: { logFormat: 'JSON', systemLogLevel: 'WARN' } })
    const types = async (fn: typeof debug): Promise<string[]> =>
      platformEvents(await fn.invoke({ op: 'count' })).map(({ type }) => type)
    expect(await types(debug)).toEqual(['platform.start', 'platform.runtimeDone', 'platform.report'])
    expect(await types(warn)).toEqual([])
    return 'DEBUG: start, runtimeDone, report; WARN: none'
  },
}

const errorJson: ConformanceCase = {
  name: 'a handler that throws: the error’s members in the line',
  contract: '4.3',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch(JSON_FORMAT)
    const result = await fn.invoke({ op: 'throw', message: 'boom' })
    const line = JSON.parse(functionLines(result)[0] ?? '{}')
    if (lab.language === 'python') {
      // log_level until awslambdaric 4.0, level in 4.2.
      expect(line).toMatchObject({
        level: 'ERROR',
        errorMessage: 'boom',
        errorType: 'ValueError',
        requestId: result.requestId,
      })
      return 'timestamp, level, errorMessage, errorType, requestId, stackTrace'
    }
    expect(line).toMatchObject({ level: 'ERROR', message: { errorType: 'RangeError', errorMessage: 'boom' } })
    return 'level, message {errorType, errorMessage, stackTrace}'
  },
}

export const logsJson: Theme = {
  name: 'logs, JSON',
  cases: [platformJson, timeoutJson, exitJson, consoleJson, objectJson, levels, systemLevel, errorJson],
}
