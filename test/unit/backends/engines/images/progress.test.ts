import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { withProgress } from '../../../../../src/backends/engines/images/progress.ts'

// The clock keeps its own timers on purpose; here they are those that a test can move.
vi.mock(import('../../../../../src/platform/clock.ts'), async original => ({
  ...(await original()),
  setTimeout: ((...args: Parameters<typeof setTimeout>) => setTimeout(...args)) as typeof setTimeout,
  clearTimeout: (timer: any) => clearTimeout(timer),
  setInterval: ((...args: Parameters<typeof setInterval>) => setInterval(...args)) as typeof setInterval,
  clearInterval: (timer: any) => clearInterval(timer),
}))

let said: string[] = []
beforeEach(() => {
  said = []
  vi.useFakeTimers()
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(text => said.push(String(text)) > 0)
  onTestFinished(() => {
    vi.useRealTimers()
    write.mockRestore()
  })
})

test('says nothing of what takes less than a second', async () => {
  const work = Promise.withResolvers<number>()
  const result = withProgress(
    'docker pulls x:1',
    () => undefined,
    () => work.promise,
  )
  vi.advanceTimersByTime(999)
  work.resolve(1)
  expect(await result).toBe(1)
  vi.advanceTimersByTime(60_000)
  expect(said).toEqual([])
})

test('says what goes on, how far it is every five seconds, and that it is done', async () => {
  const work = Promise.withResolvers<void>()
  let state: string | undefined
  const result = withProgress(
    'docker pulls x:1',
    () => state,
    () => work.promise,
  )
  vi.advanceTimersByTime(1_000)
  state = '3 of 80 MB'
  vi.advanceTimersByTime(5_000)
  work.resolve()
  await result
  expect(said).toEqual([
    'lambda-fixtures: docker pulls x:1 …\n',
    'lambda-fixtures: docker pulls x:1: 3 of 80 MB\n',
    'lambda-fixtures: docker pulls x:1: done\n',
  ])
})

test('says that it failed, and throws the failure', async () => {
  const work = Promise.withResolvers<void>()
  const result = withProgress(
    'docker builds x',
    () => undefined,
    () => work.promise,
  )
  vi.advanceTimersByTime(1_000)
  work.reject(new Error('no'))
  await expect(result).rejects.toThrow('no')
  expect(said.at(-1)).toBe('lambda-fixtures: docker builds x: failed\n')
})
