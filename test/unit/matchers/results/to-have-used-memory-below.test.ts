import { expect, test } from 'vitest'
import { explainsMistakes, failureText } from '../../../support/failure-text.ts'
import { success } from '../../../support/results.ts'

const measured = success(1, { report: { maxMemoryUsedMb: 60 } })

test('passes', () => {
  expect(measured).toHaveUsedMemoryBelow(61)
  expect(measured).not.toHaveUsedMemoryBelow(60)
})
test('works asymmetrically', () => {
  expect([measured, measured]).toEqual([expect.toHaveUsedMemoryBelow(100), expect.not.toHaveUsedMemoryBelow(10)])
})
explainsMistakes('toHaveUsedMemoryBelow', 100)

test('says how much it used', () => {
  expect(failureText(() => expect(measured).toHaveUsedMemoryBelow(50))).toMatchInlineSnapshot(`
    "expect(result).toHaveUsedMemoryBelow(50)

    Expected orders to use less than 50 MB, but instance 0c1d2e3f4a5b used 60 MB at its peak (memorySize is 128 MB)

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('with .not says what it received', () => {
  expect(failureText(() => expect(measured).not.toHaveUsedMemoryBelow(100))).toMatchInlineSnapshot(`
    "expect(result).not.toHaveUsedMemoryBelow(100)

    Expected orders not to use less than 100 MB, but instance 0c1d2e3f4a5b used 60 MB at its peak (memorySize is 128 MB)

    Function   orders (process 0c1d2e3f4a5b, cold, 38 ms)
    RequestId  5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
    Log (4 lines):
      START RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10 Version: $LATEST
      INFO  received {"qty":0}
      END RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10
      REPORT RequestId: 5b1e0c1a-9f0d-4c62-9a3e-1c1f0f6a7b10	Duration: 38.00 ms"
  `)
})
test('fails with both polarities if nothing was measured', () => {
  expect(failureText(() => expect(success(1)).toHaveUsedMemoryBelow(100))).toMatchInlineSnapshot(
    `"toHaveUsedMemoryBelow needs the peak memory, which the process backend did not measure here. Run this test where memory is measured: process on Linux, docker, podman or kubernetes."`,
  )
  expect(failureText(() => expect(success(1)).not.toHaveUsedMemoryBelow(100))).toContain('did not measure')
  expect(failureText(() => expect([success(1)]).toEqual([expect.toHaveUsedMemoryBelow(100)]))).toContain('did not measure')
})
test('refuses anything but a number', () => {
  expect(failureText(() => expect(measured).toHaveUsedMemoryBelow('64 MB' as never))).toMatchInlineSnapshot(
    `"toHaveUsedMemoryBelow needs a number of MB over 0, but received "64 MB""`,
  )
})
