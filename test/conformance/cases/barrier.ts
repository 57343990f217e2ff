import { type ChildProcess, spawn } from 'node:child_process'
import { expect } from 'vitest'
import { functionLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import { bashFunction } from '../languages.ts'

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
  contract: '4.3',
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

const heldPipe: ConformanceCase = {
  name: 'a function that holds the lock of its output pipe is answered, its lines come when it lets go, and it ends',
  contract: '1.3, 4.3',
  in: ['python'],
  async run(lab) {
    const fn = await lab.launch({ timeout: 30 })
    await fn.invoke({ op: 'hold' })
    for (let i = 0; i < 5; i++) expect((await fn.invoke({ op: 'echo', i })).payload).toEqual({ op: 'echo', i })
    expect(functionLines(await fn.invoke({ op: 'let_go' }))).toEqual(['let go'])
    await fn.invoke({ op: 'hold' })
    await fn.invoke({ op: 'echo' })
    await fn.terminate()
    return 'let go'
  },
}

const flood: ConformanceCase = {
  name: 'of a flood a result keeps the beginning and the end, and says how much is missing',
  contract: 'own API: `logs`',
  in: ['provided'],
  async run(lab) {
    const code = bashFunction('while next; do echo first; printf "%s of a flood\\n" {1..400000}; echo last; respond null; done')
    const fn = await lab.launch({ code, timeout: 60 })
    const { logs } = await fn.invoke({})
    const own = logs.filter(({ source }) => source === 'function')
    expect([own[0]?.raw, own.at(-1)?.raw]).toEqual(['first', 'last'])
    const notice = logs.find(({ raw }) => raw.startsWith('[lambda-fixtures: '))?.raw ?? ''
    const missing = Number(/^\[lambda-fixtures: (\d+) of the following lines/.exec(notice)?.[1])
    expect(own.length + missing).toBe(400_002)
    expect(own.length).toBeLessThan(150_000)
    return 'beginning, end, and a line that tells what is missing'
  },
}

export const barrier: Theme = { name: 'log barrier', alone: true, cases: [nothingMissed, flood, heldPipe] }
