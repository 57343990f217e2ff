import JSZip from 'jszip'
import { afterEach, expect, test, vi } from 'vitest'
import { loadJszip } from '../../../../src/code/zip/load-jszip.ts'

afterEach(() => vi.useRealTimers())

test('writes and reads under fake timers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
  const zip = new (loadJszip())().file('a', 'x'.repeat(100_000))
  const bytes = await zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' })
  const file = (await loadJszip().loadAsync(bytes)).file('a')
  expect(await file?.async('string')).toHaveLength(100_000)
})

test('is not the jszip of the test project, whose timers stay as they are', async () => {
  expect(loadJszip()).not.toBe(JSZip)
  expect(loadJszip().version).toBe(JSZip.version)
  vi.useFakeTimers({ toFake: ['setImmediate'] })
  const generating = new JSZip().file('a', 'x').generateAsync({ type: 'nodebuffer' })
  let isDone = false
  void generating.then(() => {
    isDone = true
  })
  await new JSZip.external.Promise<void>(resolve => process.nextTick(resolve))
  expect(isDone).toBe(false)
  await vi.runAllTimersAsync()
  expect(await generating).toBeDefined()
})
