import { expect } from 'vitest'
import { answerOf, functionLines, platformLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import { bashFunction, MANAGED } from '../languages.ts'

const timesOut: ConformanceCase = {
  name: 'a timeout: Sandbox.Timedout, /tmp kept, globals reset',
  contract: '2.5, 4.2, 5, 10',
  async run(lab) {
    const fn = await lab.launch({ timeout: 3 })
    await fn.invoke({ op: 'write', path: 'kept', text: 'from before' })
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    const result = await fn.invoke({ op: 'sleep', ms: 30_000 })
    expect(result).toMatchObject({ statusCode: 200, functionError: 'Unhandled', error: { reason: 'timeout' } })
    expect(Buffer.from(result.rawPayload).toString()).toBe(
      `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ${result.requestId} Error: Task timed out after 3.00 seconds"}`,
    )
    expect(platformLines(result)).toEqual([
      'START RequestId: <id> Version: $LATEST',
      expect.stringMatching(/^<time> <id> Task timed out after 3\.\d\d seconds\n$/),
      'END RequestId: <id>',
      'REPORT RequestId: <id>\tDuration: <ms>\tBilled Duration: <ms>\tMemory Size: 256 MB\tMax Memory Used: <MB>\tStatus: timeout',
    ])
    expect(result.report).toMatchObject({ durationMs: 3000, billedDurationMs: 3000, status: 'timeout' })
    expect(await fn.invoke({ op: 'count' })).toMatchObject({ payload: 1, coldStart: true, instance: result.instance })
    expect((await fn.invoke({ op: 'read', path: 'kept' })).payload).toBe('from before')
    return answerOf(result)
  },
}

const LOOPS: Readonly<Record<string, Record<string, string>>> = {
  nodejs24: { 'index.mjs': "export const handler = async () => { console.log('in'); for (;;); }" },
  nodejs22: { 'index.mjs': "export const handler = async () => { console.log('in'); for (;;); }" },
  python: { 'app.py': "def handler(event, context):\n    print('in')\n    while True:\n        pass" },
}

const busyLoop: ConformanceCase = {
  name: 'a handler that never lets go of its thread is ended too, and what it logged is there',
  contract: '5',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch({ timeout: 3, code: LOOPS[lab.language] })
    const result = await fn.invoke({})
    expect(result.error).toMatchObject({ errorType: 'Sandbox.Timedout', reason: 'timeout' })
    expect(functionLines(result)).toEqual([expect.stringMatching(/in$/)])
    return answerOf(result)
  },
}

const neverPolls: ConformanceCase = {
  name: 'an answer arrives at once, but a runtime that then does not ask for the next event is reset at the deadline',
  contract: '5',
  in: ['provided'],
  async run(lab) {
    const script = `next; respond '"at once"'; sleep 600`
    const fn = await lab.launch({ timeout: 3, concurrency: 1, code: bashFunction(script) })
    const first = await fn.invoke({})
    const second = await fn.invoke({})
    expect([first.payload, second.payload]).toEqual(['at once', 'at once'])
    expect([first.coldStart, second.coldStart, second.instance]).toEqual([true, true, first.instance])
    return 'both answered, the second by a fresh runtime'
  },
}

const deadline: ConformanceCase = {
  name: 'the time that remains starts at the timeout',
  contract: '1.2, 5',
  async run(lab) {
    const fn = await lab.launch({ timeout: 7 })
    const { remaining } = (await fn.invoke({ op: 'context' })).payload
    expect(remaining).toBeLessThanOrEqual(7000)
    expect(remaining).toBeGreaterThan(5000)
    return 'a timeout of 7 s: 5–7 s remain'
  },
}

const pretended: ConformanceCase = {
  name: 'remainingTime is what the handler is told and gets; the error names the configured timeout',
  contract: '1.2',
  async run(lab) {
    const fn = await lab.launch({ timeout: 30 })
    const { remaining } = (await fn.invoke({ op: 'context' }, { remainingTime: 800 })).payload
    expect(remaining).toBeLessThanOrEqual(800)
    const result = await fn.invoke({ op: 'sleep', ms: 20_000 }, { remainingTime: 200 })
    expect(result.error?.errorMessage).toMatch(/Task timed out after 30\.00 seconds$/)
    return answerOf(result)
  },
}

const aborted: ConformanceCase = {
  name: 'an aborted invocation rejects, and the environment is reset',
  contract: 'own API: `signal`',
  async run(lab) {
    const fn = await lab.launch({ timeout: 30 })
    await fn.invoke({ op: 'count' })
    const controller = new AbortController()
    const log = fn.followLogs()
    const invoking = fn.invoke({ op: 'sleep', ms: 20_000 }, { signal: controller.signal })
    for await (const { raw } of log) {
      if (raw.startsWith('START')) break
    }
    controller.abort()
    await expect(invoking).rejects.toMatchObject({ code: 'INVOCATION_ABORTED' })
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    return 'RuntimeError INVOCATION_ABORTED'
  },
}

export const timeouts: Theme = { name: 'timeout', cases: [timesOut, busyLoop, neverPolls, deadline, pretended, aborted] }
