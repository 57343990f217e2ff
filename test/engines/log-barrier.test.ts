import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { launchProbe } from '../support/probe.ts'
import { describeEngines } from './support/describe-engines.ts'

const INVOCATIONS = 1_000
const LINES = 20

/** Runs twice as many busy loops as the machine has processors. */
function keepBusy(): void {
  const workers = Array.from({ length: availableParallelism() * 2 }, () => new Worker('for (;;) {}', { eval: true }))
  onTestFinished(async () => {
    await Promise.all(workers.map(worker => worker.terminate()))
  })
}

await describeEngines('the log barrier', ({ backend }) => {
  test(`puts all lines into each of ${INVOCATIONS} results, under load`, { timeout: 300_000 }, async () => {
    await using fn = await launchProbe(backend, { memorySize: 1_769, functionName: 'barrier', timeout: 60 })
    const expected = Array.from({ length: LINES }, (_, index) => `line ${index}`)
    await fn.invoke({})
    keepBusy()
    let misses = 0
    for (let index = 0; index < INVOCATIONS; index++) {
      const { logs } = await fn.invoke({ lines: LINES })
      const lines = logs.filter(record => record.source === 'function').map(record => record.message)
      if (lines.join() !== expected.join()) misses++
    }
    expect(misses).toBe(0)
  })
})
