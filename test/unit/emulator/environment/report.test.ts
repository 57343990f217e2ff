import { expect, test } from 'vitest'
import { buildReport, type ReportInput } from '../../../../src/emulator/environment/report.ts'
import type { LambdaFunction } from '../../../../src/model/lambda-function.ts'

const fn = { timeout: 3, memorySize: 256 } as LambdaFunction
const report = (input: Partial<ReportInput>): ReturnType<typeof buildReport> =>
  buildReport({
    fn,
    elapsedMs: 2.374,
    initDurationMs: undefined,
    peakBytes: undefined,
    status: undefined,
    errorType: undefined,
    ...input,
  })

test('Duration has two decimals, Billed Duration is rounded up', () => {
  expect(report({})).toEqual({ durationMs: 2.37, billedDurationMs: 3, memorySizeMb: 256 })
})

test('init is billed: 2.37 + 423.98 are 427', () => {
  expect(report({ initDurationMs: 423.98 })).toMatchObject({ billedDurationMs: 427, initDurationMs: 423.98 })
})

test('a duration that is whole is billed as it is', () => {
  expect(report({ elapsedMs: 4 })).toMatchObject({ durationMs: 4, billedDurationMs: 4 })
})

test('a timeout’s Duration is the timeout, whatever time passed; its init is billed on top', () => {
  expect(report({ status: 'timeout', elapsedMs: 3012.4, initDurationMs: 476.75 })).toMatchObject({
    durationMs: 3000,
    billedDurationMs: 3477,
    status: 'timeout',
  })
})

test('memory is in MB, rounded up; out of memory it is the function’s size', () => {
  expect(report({ peakBytes: 36 * 1_048_576 + 1 }).maxMemoryUsedMb).toBe(37)
  expect(report({ peakBytes: 1, status: 'error', errorType: 'Runtime.OutOfMemory' })).toMatchObject({
    maxMemoryUsedMb: 256,
    errorType: 'Runtime.OutOfMemory',
  })
})
