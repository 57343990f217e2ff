import { expect } from 'vitest'
import { answerOf, functionLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import { NODE } from '../languages.ts'

const cjs = (body: string): Record<string, string> => ({ 'index.js': `exports.handler = ${body}` })

const callbackWaits: ConformanceCase = {
  name: 'callback waits for an empty event loop',
  contract: '5',
  in: ['nodejs22'],
  async run(lab) {
    const fn = await lab.launch({
      code: cjs("(event, context, callback) => { setTimeout(() => console.log('still ran'), 100); callback(null, 'answered') }"),
    })
    const result = await fn.invoke({})
    expect(result.payload).toBe('answered')
    expect(functionLines(result)).toEqual([expect.stringMatching(/still ran$/)])
    return 'the timer ran before the answer'
  },
}

const callbackAtOnce: ConformanceCase = {
  name: 'callbackWaitsForEmptyEventLoop = false answers at once',
  contract: '5',
  in: ['nodejs22'],
  async run(lab) {
    const fn = await lab.launch({
      code: cjs(
        "(event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => {}, 60000); callback(null, 'answered') }",
      ),
    })
    const result = await fn.invoke({})
    expect(result.payload).toBe('answered')
    expect(result.report.durationMs).toBeLessThan(5000)
    return 'answered'
  },
}

const contextForms: ConformanceCase = {
  name: 'context.succeed and context.done answer',
  contract: '5',
  in: ['nodejs22'],
  async run(lab) {
    const fn = await lab.launch({
      code: cjs("(event, context) => { event.done ? context.done(null, 'by done') : context.succeed('by succeed') }"),
    })
    expect((await fn.invoke({ done: true })).payload).toBe('by done')
    expect((await fn.invoke({ done: false })).payload).toBe('by succeed')
    return 'by done, by succeed'
  },
}

const neverSettles: ConformanceCase = {
  name: 'an async handler whose promise never settles: Runtime.NodeJsExit',
  contract: '5',
  in: ['nodejs22'],
  async run(lab) {
    const fn = await lab.launch({ code: cjs('async () => new Promise(() => {})') })
    const result = await fn.invoke({})
    expect(result.error?.errorType).toBe('Runtime.NodeJsExit')
    return answerOf(result)
  },
}

const neverSettles24: ConformanceCase = {
  name: 'an async handler whose promise never settles: the runtime exits',
  contract: '2.5, 5',
  in: ['nodejs24'],
  async run(lab) {
    const fn = await lab.launch({ code: cjs('async () => new Promise(() => {})') })
    const result = await fn.invoke({})
    expect(result.error).toMatchObject({ errorType: 'Runtime.ExitError', reason: 'exit' })
    return answerOf(result)
  },
}

const neverCalls: ConformanceCase = {
  name: 'a handler that returns nothing and never calls back answers null',
  contract: '5',
  in: ['nodejs22'],
  async run(lab) {
    const fn = await lab.launch({ code: cjs('() => {}') })
    expect(Buffer.from((await fn.invoke({})).rawPayload).toString()).toBe('null')
    return 'null'
  },
}

const asyncAnswersAtOnce: ConformanceCase = {
  name: 'an async handler answers when its promise settles, whatever still runs',
  contract: '5',
  in: NODE,
  async run(lab) {
    const fn = await lab.launch({ code: cjs("async () => { setInterval(() => {}, 1000); return 'answered' }") })
    const result = await fn.invoke({})
    expect(result.payload).toBe('answered')
    expect(result.report.durationMs).toBeLessThan(5000)
    return 'answered'
  },
}

const uncaught: ConformanceCase = {
  name: 'an exception outside the handler ends the runtime; the next invocation is fresh',
  contract: '1.5',
  in: NODE,
  async run(lab) {
    const fn = await lab.launch()
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    const result = await fn.invoke({ op: 'uncaught' })
    const type = lab.language === 'nodejs22' ? 'RangeError' : 'Runtime.ExitError'
    expect(result.error?.errorType).toBe(type)
    if (lab.language === 'nodejs22') expect(functionLines(result)[0]).toMatch(/\tERROR\tUncaught Exception \t\{/)
    expect(await fn.invoke({ op: 'count' })).toMatchObject({ payload: 1, coldStart: true })
    return answerOf(result)
  },
}

const rejected: ConformanceCase = {
  name: 'a rejection that nobody handles ends the runtime',
  contract: '1.5',
  in: NODE,
  async run(lab) {
    const fn = await lab.launch()
    const result = await fn.invoke({ op: 'reject' })
    const type = lab.language === 'nodejs22' ? 'Runtime.UnhandledPromiseRejection' : 'Runtime.ExitError'
    expect(result.error?.errorType).toBe(type)
    expect(await fn.invoke({ op: 'count' })).toMatchObject({ payload: 1, coldStart: true })
    return answerOf(result)
  },
}

const continues: ConformanceCase = {
  name: 'without freezing, work that was left running goes on after the answer',
  contract: 'own API: `freeze`',
  in: ['nodejs24', 'nodejs22', 'python'],
  async run(lab) {
    const fn = await lab.launch()
    await fn.invoke({ op: 'tick' })
    await new Promise(resolve => setTimeout(resolve, 500))
    const { payload } = await fn.invoke({ op: 'tick' })
    expect(payload).toBeGreaterThan(10)
    return 'it ticked'
  },
}

const freezes: ConformanceCase = {
  name: 'freeze: true stops the environment’s clock between invocations',
  contract: '5',
  in: ['nodejs24', 'nodejs22', 'python'],
  async run(lab) {
    const fn = await lab.launch({ freeze: true })
    await fn.invoke({ op: 'tick' })
    await new Promise(resolve => setTimeout(resolve, 3000))
    const { payload } = await fn.invoke({ op: 'tick' })
    expect(payload).toBeLessThan(150)
    return 'it did not tick'
  },
}

const frozenGrandchild: ConformanceCase = {
  name: 'freeze: true: a frozen environment answers again, is reset and ends like any other',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch({ freeze: true, timeout: 3 })
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    expect((await fn.invoke({ op: 'count' })).payload).toBe(2)
    expect((await fn.invoke({ op: 'sleep', ms: 20_000 })).error?.reason).toBe('timeout')
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    await fn.terminate()
    return '1, 2, timeout, 1'
  },
}

const survivors = [false, true].map(
  (session): ConformanceCase => ({
    name: `a process that a handler left ${session ? 'in a session of its own ' : ''}lives on while warm, and ends with a reset`,
    contract: '5',
    async run(lab) {
      const fn = await lab.launch({ timeout: 3 })
      const { payload: pid } = await fn.invoke({ op: 'spawn', session })
      expect((await fn.invoke({ op: 'alive', pid })).payload).toBe(true)
      expect((await fn.invoke({ op: 'sleep', ms: 20_000 })).error?.reason).toBe('timeout')
      expect((await fn.invoke({ op: 'alive', pid })).payload).toBe(false)
      const { payload: second } = await fn.invoke({ op: 'spawn', session })
      expect((await fn.invoke({ op: 'exit', code: 1 })).error?.reason).toBe('exit')
      expect((await fn.invoke({ op: 'alive', pid: second })).payload).toBe(false)
      return 'gone after a timeout and after an exit'
    },
  }),
)

export const lifecycle: Theme = {
  name: 'lifecycle',
  cases: [
    callbackWaits,
    callbackAtOnce,
    contextForms,
    neverSettles,
    neverSettles24,
    neverCalls,
    asyncAnswersAtOnce,
    uncaught,
    rejected,
    continues,
    freezes,
    frozenGrandchild,
    ...survivors,
  ],
}
