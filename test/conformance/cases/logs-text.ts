import { expect } from 'vitest'
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
  contract: '4.3',
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
  contract: '4.3',
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
  contract: 'own API: `logs`',
  in: MANAGED,
  async run(lab) {
    const level = lab.language === 'python' ? 'ERROR' : 'error'
    const result = await lab.invoke({ op: 'console', levels: [level], message: 'said' })
    const record = result.logs.find(({ source }) => source === 'function')
    expect(record).toMatchObject({ level: 'ERROR', requestId: result.requestId, instance: result.instance, message: 'said' })
    return 'level ERROR, message "said"'
  },
}

const OWN_LINES = [
  '[INFO] started',
  '[ERROR] no traceback follows',
  '2020-01-01T00:00:00.000Z\t11111111-2222-4333-8444-555555555555\tERROR\tof another log',
  'half\rof a line',
  '{"timestamp":"2020-01-01T00:00:00Z","requestId":"own","level":"warn","text":"structured"}',
]

const asPrinted: ConformanceCase = {
  name: 'lines that look like those of AWS’s runtimes are records as they were printed, of this invocation and this time',
  contract: '4.3',
  in: MANAGED,
  async run(lab) {
    const began = Date.now()
    const result = await lab.invoke({ op: 'print', lines: OWN_LINES })
    const records = result.logs.filter(({ source }) => source === 'function')
    expect(records.map(({ message }) => message)).toEqual(OWN_LINES)
    expect(records.map(({ raw }) => raw)).toEqual(OWN_LINES)
    expect(records.map(({ level }) => level)).toEqual([undefined, undefined, undefined, undefined, 'WARN'])
    for (const { requestId, timestamp } of records) {
      expect(requestId).toBe(result.requestId)
      expect(timestamp.getTime()).toBeGreaterThanOrEqual(began)
      expect(timestamp.getTime()).toBeLessThanOrEqual(Date.now())
    }
    return 'message, request id and time of arrival'
  },
}

const CLOCKS = {
  nodejs24:
    "exports.handler = async event => { const own = Date; Date = class extends own { constructor() { super(event.ms) } }; console.log('said'); Date = own }",
  nodejs22:
    "exports.handler = async event => { const own = Date; Date = class extends own { constructor() { super(event.ms) } }; console.log('said'); Date = own }",
  python:
    'import logging, time\ndef handler(event, context):\n    own = time.time, time.time_ns\n    time.time, time.time_ns = (lambda: event["ms"] / 1000), (lambda: event["ms"] * 1000000)\n    logging.warning("said")\n    time.time, time.time_ns = own\n',
} as const

const changedClock: ConformanceCase = {
  name: 'a function that changes its clock changes no time of its records',
  contract: '4.3',
  in: MANAGED,
  async run(lab) {
    const source = CLOCKS[lab.language as keyof typeof CLOCKS]
    const code = lab.language === 'python' ? { 'app.py': source } : { 'index.js': source }
    const fn = await lab.launch({ code })
    for (const ms of lab.language === 'python' ? [0, 4_102_444_800_000] : [0, -1e14, 8e15]) {
      const began = Date.now()
      const result = await fn.invoke({ ms })
      const record = result.logs.find(({ source }) => source === 'function')
      expect(record).toMatchObject({ message: expect.stringMatching(/^said\n?$/), requestId: result.requestId })
      expect(record?.timestamp.getTime()).toBeGreaterThanOrEqual(began)
      expect(record?.timestamp.getTime()).toBeLessThanOrEqual(Date.now())
    }
    return 'the time of arrival'
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
  contract: '4.3',
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
  contract: 'own API: `logs`',
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
    asPrinted,
    changedClock,
    tail,
    big,
    late,
  ],
}
