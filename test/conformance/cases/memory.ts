import { expect } from 'vitest'
import { answerOf, platformLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'

const outOfMemory: ConformanceCase = {
  name: 'above memorySize: Runtime.OutOfMemory, /tmp kept, globals reset',
  contract: '2.5, 4.1',
  async run(lab) {
    const fn = await lab.launch({ memorySize: 128, timeout: 60 })
    await fn.invoke({ op: 'write', path: 'kept', text: 'from before' })
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    const result = await fn.invoke({ op: 'hog', mb: 400 })
    expect(result).toMatchObject({ functionError: 'Unhandled', error: { reason: 'outOfMemory' } })
    expect(Buffer.from(result.rawPayload).toString()).toBe(
      `{"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: ${result.requestId} Error: Runtime exited with error: signal: killed"}`,
    )
    expect(platformLines(result)).toEqual([
      'START RequestId: <id> Version: $LATEST',
      'RequestId: <id> Error: Runtime exited with error: signal: killed\nRuntime.OutOfMemory',
      'END RequestId: <id>',
      'REPORT RequestId: <id>\tDuration: <ms>\tBilled Duration: <ms>\tMemory Size: 128 MB\tMax Memory Used: <MB>\tStatus: error\tError Type: Runtime.OutOfMemory',
    ])
    expect(result.report.maxMemoryUsedMb).toBe(128)
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    expect((await fn.invoke({ op: 'read', path: 'kept' })).payload).toBe('from before')
    return answerOf(result)
  },
}

const peak: ConformanceCase = {
  name: 'Max Memory Used is the environment’s peak, the runtime included',
  contract: '4.1',
  async run(lab) {
    const fn = await lab.launch({ memorySize: 512, timeout: 30 })
    const before = (await fn.invoke({ op: 'count' })).report
    const after = (await fn.invoke({ op: 'hog', mb: 64 })).report
    const later = (await fn.invoke({ op: 'count' })).report
    expect(before.maxMemoryUsedMb).toBeGreaterThan(1)
    expect(after.maxMemoryUsedMb).toBeGreaterThanOrEqual(64)
    expect(after.maxMemoryUsedMb).toBeLessThan(512)
    expect(later.maxMemoryUsedMb).toBeGreaterThanOrEqual(after.maxMemoryUsedMb ?? 0)
    return '64 MB held: at least 64 MB more than nothing, and it never falls'
  },
}

const smallest: ConformanceCase = {
  name: '1 MB payloads pass through a function of 128 MB again and again',
  contract: '6.3',
  async run(lab) {
    const fn = await lab.launch({ memorySize: 128, timeout: 30 })
    const rounds = lab.language === 'provided' ? 3 : 60
    for (let round = 0; round < rounds; round++) {
      const result = await fn.invoke({ op: 'size', bytes: 1_000_000 })
      expect(result.error).toBeUndefined()
      expect(result.coldStart).toBe(round === 0)
    }
    return 'all answered, by one runtime'
  },
}

export const memory: Theme = { name: 'memory', cases: [outOfMemory, peak, smallest] }
