import { expect } from 'vitest'
import type { ConformanceCase, Theme } from '../case.ts'
import { bashFunction } from '../languages.ts'

const distinct = (values: readonly unknown[]): number => new Set(values).size

const own: ConformanceCase = {
  name: 'events that come at once get environments of their own, up to concurrency',
  contract: '5; issue 4, Pool',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 3, timeout: 60 })
    const controller = new AbortController()
    const log = fn.followLogs()
    const invoking = [1, 2, 3].map(() => fn.invoke({ op: 'sleep', ms: 60_000 }, { signal: controller.signal }))
    const ended = Promise.allSettled(invoking)
    const started = new Set<string>()
    for await (const { raw, instance } of log) {
      if (raw.startsWith('START')) started.add(instance)
      if (started.size === 3) break
    }
    expect(fn.instances.length).toBe(3)
    controller.abort()
    await ended
    return '3 events, 3 environments'
  },
}

const queue: ConformanceCase = {
  name: 'above concurrency they wait their turn',
  contract: 'issue 4, Pool',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 1 })
    const results = await Promise.all([1, 2, 3, 4].map(() => fn.invoke({ op: 'count' })))
    expect(results.map(({ payload }) => payload)).toEqual([1, 2, 3, 4])
    expect(distinct(results.map(({ instance }) => instance))).toBe(1)
    return '1, 2, 3, 4 of one environment'
  },
}

const reuse: ConformanceCase = {
  name: 'one after the other they share an environment, whose module state stays',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch()
    const results = []
    for (let n = 0; n < 5; n++) results.push(await fn.invoke({ op: 'count' }))
    expect(results.map(({ payload }) => payload)).toEqual([1, 2, 3, 4, 5])
    expect(results.map(({ coldStart }) => coldStart)).toEqual([true, false, false, false, false])
    expect(distinct(results.map(({ instance }) => instance))).toBe(1)
    expect(fn.instances.length).toBe(1)
    return '1, 2, 3, 4, 5'
  },
}

const broken: ConformanceCase = {
  name: 'a runtime that dies between two invocations is replaced, and the event is not lost',
  contract: 'issue 4, Pool',
  in: ['nodejs24', 'nodejs22', 'provided'],
  async run(lab) {
    const fn = await lab.launch(
      lab.language === 'provided'
        ? { code: bashFunction('next; (sleep 0.1; kill -9 $$) & respond \'"first"\'; next; sleep 5') }
        : {
            code: {
              'index.mjs': "export const handler = async () => { setTimeout(() => process.exit(3), 100); return 'first' }",
            },
          },
    )
    const first = await fn.invoke({})
    await new Promise(resolve => setTimeout(resolve, 1500))
    const second = await fn.invoke({})
    expect([first.payload, second.payload, second.coldStart]).toEqual(['first', 'first', true])
    return 'both answered, the second by a fresh runtime'
  },
}

const mixed: ConformanceCase = {
  name: 'errors, exits and answers at once don’t touch each other',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 4 })
    const events = [
      { op: 'exit', code: 1 },
      { op: 'throw', message: 'boom' },
      { op: 'value', value: 7 },
      { op: 'exit', code: 0 },
    ]
    const results = await Promise.all([...events, ...events].map(event => fn.invoke(event)))
    const reasons = results.map(result => result.error?.reason ?? result.payload)
    expect(reasons).toEqual(['exit', 'error', 7, 'exit', 'exit', 'error', 7, 'exit'])
    return 'each its own'
  },
}

export const concurrency: Theme = { name: 'concurrency', cases: [own, queue, reuse, broken, mixed] }
