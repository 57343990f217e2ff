import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { success } from '../../../support/results.ts'

const measured = success(1, { report: { maxMemoryUsedMb: 60 } })

test('passes', () => {
  expect(measured).toHaveUsedMemoryBelow(61)
  expect(measured).not.toHaveUsedMemoryBelow(60)
})
test('is asymmetric', () => {
  expect([measured, measured]).toEqual([expect.toHaveUsedMemoryBelow(100), expect.not.toHaveUsedMemoryBelow(10)])
})
explainsMistakes('toHaveUsedMemoryBelow', 100)

test('says how much it used', () => {
  expect(failureText(() => expect(measured).toHaveUsedMemoryBelow(50))).toMatchInlineSnapshot(`
    "expect(result).toHaveUsedMemoryBelow(50)

    Expected orders to use less than 50 MB, but instance 3f9c2a7b used 60 MB at its peak (of 128 MB)

    Function   orders (process 3f9c2a7b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('says with .not', () => {
  expect(failureText(() => expect(measured).not.toHaveUsedMemoryBelow(100))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveUsedMemoryBelow(100)

    Expected orders not to use less than 100 MB, but instance 3f9c2a7b used 60 MB at its peak (of 128 MB)

    Function   orders (process 3f9c2a7b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('never passes where nothing was measured', () => {
  expect(failureText(() => expect(success(1)).toHaveUsedMemoryBelow(100))).toMatchInlineSnapshot(
    `"toHaveUsedMemoryBelow can't tell: the process backend did not measure the memory of orders. Run this test where it is measured (process on Linux, docker, podman, kubernetes)."`,
  )
  expect(failureText(() => expect(success(1)).not.toHaveUsedMemoryBelow(100))).toContain('did not measure')
  expect(failureText(() => expect([success(1)]).toEqual([expect.toHaveUsedMemoryBelow(100)]))).toContain('did not measure')
})
test('refuses what is no amount', () => {
  expect(failureText(() => expect(measured).toHaveUsedMemoryBelow('64 MB' as never))).toMatchInlineSnapshot(
    `"toHaveUsedMemoryBelow takes MB, but received "64 MB""`,
  )
})
