import { expect } from 'vitest'
import type { InvokeResult } from '../../../src/index.ts'
import { functionLines, general, platformLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import { bashFunction, MANAGED, NODE } from '../languages.ts'

const reportLines: ConformanceCase = {
  name: 'START, END, REPORT, to the tab',
  contract: '4.1',
  async run(lab) {
    const fn = await lab.launch()
    await fn.invoke({ op: 'count' })
    const result = await fn.invoke({ op: 'count' })
    expect(platformLines(result)).toEqual([
      'START RequestId: <id> Version: $LATEST',
      'END RequestId: <id>',
      'REPORT RequestId: <id>\tDuration: <ms>\tBilled Duration: <ms>\tMemory Size: 256 MB\tMax Memory Used: <MB>\t',
    ])
    const { durationMs, billedDurationMs, maxMemoryUsedMb } = result.report
    expect(result.logs.at(-1)?.raw).toBe(
      `REPORT RequestId: ${result.requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedDurationMs} ms\tMemory Size: 256 MB\tMax Memory Used: ${maxMemoryUsedMb} MB\t`,
    )
    return 'REPORT RequestId: <id>\\tDuration: <ms>\\tBilled Duration: <ms>\\tMemory Size: 256 MB\\tMax Memory Used: <MB>\\t'
  },
}

const printed: ConformanceCase = {
  name: 'lines of stdout and stderr are raw, in the order they were written',
  contract: '4.3',
  async run(lab) {
    const out = await lab.invoke({ op: 'print', lines: ['one', '  two', '', 'ÄÖ 漢'] })
    expect(functionLines(out)).toEqual(['one', '  two', '', 'ÄÖ 漢'])
    const err = await lab.invoke({ op: 'print', stream: 'stderr', lines: ['one', 'two'] })
    expect(functionLines(err)).toEqual(['one', 'two'])
    return 'as written, no prefix'
  },
}

const interleaved: ConformanceCase = {
  name: 'stdout and stderr keep their order among each other',
  contract: 'issue 4, Logs',
  in: ['provided', 'python', 'nodejs24'],
  async run(lab) {
    const code = {
      provided: bashFunction('while next; do for n in 1 2 3 4 5; do echo out $n; echo err $n >&2; done; respond null; done'),
      python: {
        'app.py':
          'import sys\ndef handler(event, context):\n    for n in range(1, 6):\n        print("out", n)\n        print("err", n, file=sys.stderr)',
      },
      nodejs24: {
        'index.mjs':
          'export const handler = async () => { for (let n = 1; n < 6; n++) { process.stdout.write("out " + n + "\\n"); process.stderr.write("err " + n + "\\n") } }',
      },
    }[lab.language as 'provided' | 'python' | 'nodejs24']
    const fn = await lab.launch({ code })
    const lines = functionLines(await fn.invoke({}))
    expect(lines).toEqual([1, 2, 3, 4, 5].flatMap(n => [`out ${n}`, `err ${n}`]))
    return 'out 1, err 1, out 2, err 2, …'
  },
}

const partial: ConformanceCase = {
  name: 'what is written without a newline is a line when the invocation ends',
  contract: '4.3',
  async run(lab) {
    const result = await lab.invoke({ op: 'partial', text: 'no newline' })
    expect(functionLines(result)).toEqual(['no newline'])
    return 'no newline'
  },
}

const devices: ConformanceCase = {
  name: '/dev/stderr can be opened and written to',
  contract: 'issue 4, Logs',
  async run(lab) {
    const result = await lab.invoke({ op: 'device', text: 'by the device' })
    expect(result.error).toBeUndefined()
    expect(functionLines(result)).toEqual(['by the device'])
    return 'the line is there'
  },
}

const NODE_LEVELS = ['trace', 'debug', 'info', 'log', 'warn', 'error', 'fatal']

const consoleText: ConformanceCase = {
  name: 'console.*: time, request id, level, tabs between',
  contract: '4.3',
  in: NODE,
  async run(lab) {
    const result = await lab.invoke({ op: 'console', levels: NODE_LEVELS, message: 'said' })
    const lines = functionLines(result).map(raw => general(raw, result.requestId).split('\n')[0])
    const levels = ['TRACE', 'DEBUG', 'INFO', 'INFO', 'WARN', 'ERROR', 'FATAL']
    expect(lines).toEqual(levels.map(level => `<time>\t<id>\t${level}\tsaid`))
    return '<time>\\t<id>\\tINFO\\tsaid'
  },
}

const multiline: ConformanceCase = {
  name: 'a message of several lines is one event',
  contract: '4.3',
  in: NODE,
  async run(lab) {
    const result = await lab.invoke({ op: 'console', levels: ['info'], message: 'one\ntwo' })
    const lines = functionLines(result).map(raw => general(raw, result.requestId))
    expect(lines).toEqual(['<time>\t<id>\tINFO\tone\ntwo'])
    return '<time>\\t<id>\\tINFO\\tone⏎two'
  },
}

const pythonLines: ConformanceCase = {
  name: 'print makes an event of each line, and a carriage return stays inside one',
  contract: '4.3',
  in: ['python'],
  async run(lab) {
    const result = await lab.invoke({ op: 'print', lines: ['one\ntwo', 'three\rfour'] })
    expect(functionLines(result)).toEqual(['one', 'two', 'three\rfour'])
    return 'one | two | three\\rfour'
  },
}

const pythonLogging: ConformanceCase = {
  name: 'logging: root level WARNING, level, time, request id',
  contract: '4.3',
  in: ['python'],
  async run(lab) {
    const result = await lab.invoke({ op: 'console', levels: ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'], message: 'said' })
    const lines = functionLines(result).map(raw => general(raw, result.requestId).trimEnd())
    expect(lines).toEqual(['WARNING', 'ERROR', 'CRITICAL'].map(level => `[${level}]\t<time>\t<id>\tsaid`))
    return '[WARNING]\\t<time>\\t<id>\\tsaid'
  },
}

const records: ConformanceCase = {
  name: 'records carry the invocation’s id, the instance and the level',
  contract: 'issue 4, Logs',
  in: MANAGED,
  async run(lab) {
    const level = lab.language === 'python' ? 'ERROR' : 'error'
    const result = await lab.invoke({ op: 'console', levels: [level], message: 'said' })
    const record = result.logs.find(({ source }) => source === 'function')
    expect(record).toMatchObject({ level: 'ERROR', requestId: result.requestId, instance: result.instance, message: 'said' })
    return 'level ERROR, message "said"'
  },
}

const tail: ConformanceCase = {
  name: 'the tail is the last 4,096 bytes, REPORT included',
  contract: '2.2',
  async run(lab) {
    const short = await lab.invoke({ op: 'print', lines: ['a'] })
    expect(short.logTail).toBe(short.logs.map(({ raw }) => `${raw}\n`).join(''))
    const long = await lab.invoke({ op: 'flood', mark: 'tail', lines: 100, width: 90 })
    const whole = Buffer.from(long.logs.map(({ raw }) => `${raw}\n`).join(''))
    expect(Buffer.byteLength(long.logTail)).toBe(4096)
    expect(long.logTail).toBe(whole.subarray(-4096).toString())
    return '4,096 bytes, ending in REPORT'
  },
}

const big: ConformanceCase = {
  name: '120 KB of lines in one invocation are all there',
  contract: 'issue 4, Logs',
  async run(lab) {
    const result = await lab.invoke({ op: 'flood', mark: 'big', lines: 120, width: 1000 })
    const lines = functionLines(result)
    expect(lines.length).toBe(120)
    expect(lines.map(line => line.split(' ')[1])).toEqual(Array.from({ length: 120 }, (_, n) => String(n)))
    return '120 lines of 1 KB'
  },
}

const late: ConformanceCase = {
  name: 'a line between two invocations is the instance’s: in the function’s log, in no result',
  contract: 'issue 4, Logs',
  async run(lab) {
    const fn = await lab.launch()
    const log = fn.followLogs()
    const first = await fn.invoke({ op: 'late', ms: 1500, text: 'too late' })
    for await (const { raw } of log) if (raw === 'too late') break
    const second = await fn.invoke({ op: 'nothing' })
    expect([...functionLines(first), ...functionLines(second)]).toEqual([])
    expect(fn.logs.find(({ raw }) => raw === 'too late')).toMatchObject({ instance: first.instance })
    return 'in the function’s log only'
  },
}

export const logsText: Theme = {
  name: 'logs, text',
  cases: [
    reportLines,
    printed,
    interleaved,
    partial,
    devices,
    consoleText,
    multiline,
    pythonLines,
    pythonLogging,
    records,
    tail,
    big,
    late,
  ],
}

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
    const fn = await lab.launch({ ...JSON_FORMAT, timeout: 1 })
    const result = await fn.invoke({ op: 'sleep', ms: 30_000 })
    const events = platformEvents(result)
    expect(events.map(({ type }) => type)).toEqual(['platform.start', 'platform.runtimeDone', 'platform.report'])
    expect(events[1]?.record).toMatchObject({ status: 'timeout', metrics: { producedBytes: 0 } })
    expect(events[2]?.record).toMatchObject({ status: 'timeout', metrics: { durationMs: 1000 } })
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
