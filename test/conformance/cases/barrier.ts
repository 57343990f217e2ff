import { type ChildProcess, spawn } from 'node:child_process'
import { expect } from 'vitest'
import { functionLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'

const FLOOD = { lines: 120, width: 1000 }

/** Two busy loops beside it: whoever is late, is late now. */
async function besideHogs<T>(run: () => Promise<T>): Promise<T> {
  const hogs: ChildProcess[] = [1, 2].map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  try {
    return await run()
  } finally {
    for (const hog of hogs) hog.kill('SIGKILL')
  }
}

const nothingMissed: ConformanceCase = {
  name: 'what a handler wrote before it returned is in the result, invocation after invocation, beside a busy machine',
  contract: 'issue 4, Logs',
  async run(lab) {
    const rounds = lab.language === 'provided' ? 60 : 1000
    const fn = await lab.launch({ timeout: 60, memorySize: 512 })
    const missed = await besideHogs(async () => {
      const missed: number[] = []
      for (let round = 0; round < rounds; round++) {
        const flood = round % 50 === 49 ? FLOOD : { lines: (round % 7) + 1, width: 20 }
        const result = await fn.invoke({ op: 'flood', mark: `m${round}`, ...flood })
        const own = functionLines(result).filter(line => line.startsWith(`m${round} `))
        if (own.length !== flood.lines || functionLines(result).length !== flood.lines) missed.push(round)
      }
      return missed
    })
    expect(missed).toEqual([])
    return `${rounds} invocations, 120 KB of lines in every 50th: none missed`
  },
}

export const barrier: Theme = { name: 'log barrier', alone: true, cases: [nothingMissed] }
