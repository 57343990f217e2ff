import { afterEach, describe, expect, test, vi } from 'vitest'
import { backoff, hrnow, retry, sleep, within } from '../../../src/platform/clock.ts'

const timeouts = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
const never = (): Promise<never> => new Promise(() => undefined)

afterEach(() => {
  vi.useRealTimers()
})

describe('sleep', () => {
  test('resolves after the given time', async () => {
    const start = hrnow()
    await sleep(20)
    expect(hrnow() - start).toBeGreaterThan(19)
  })

  test('keeps the process alive unless told otherwise', async () => {
    const before = timeouts()
    const sleeping = [sleep(1), sleep(1, { ref: false })]
    expect(timeouts()).toBe(before + 1)
    await Promise.all(sleeping)
  })

  test("does not notice a test's fake timers", async () => {
    vi.useFakeTimers()
    await sleep(1)
  })
})

describe('within', () => {
  test('gives what the promise gives, and leaves no timer behind', async () => {
    const before = timeouts()
    expect(await within(60_000, Promise.resolve('in time'), () => 'late')).toBe('in time')
    await expect(within(60_000, Promise.reject(new Error('failed')), () => 'late')).rejects.toThrow('failed')
    expect(timeouts()).toBe(before)
  })

  test('gives what `late` returns or throws when the promise takes longer', async () => {
    expect(await within(1, never(), () => 'late')).toBe('late')
    expect(await within(1, never(), async () => 'late')).toBe('late')
    const tooLate = (): never => {
      throw new Error('too late')
    }
    await expect(within(1, never(), tooLate)).rejects.toThrow('too late')
  })

  test('takes care of a promise that is rejected after its time', async () => {
    const { promise, reject } = Promise.withResolvers<void>()
    await within(1, promise, () => undefined)
    const unhandled = vi.fn()
    process.once('unhandledRejection', unhandled)
    reject(new Error('nobody waits for this any more'))
    await sleep(1)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('retry', () => {
  const failing = (times: number) => {
    const attempt = vi.fn(async () => {
      if (attempt.mock.calls.length <= times) throw new Error(`failure ${attempt.mock.calls.length}`)
      return 'success'
    })
    return attempt
  }

  test('tries again after each pause until an attempt succeeds', async () => {
    const attempt = failing(2)
    expect(await retry(attempt, { pauses: [0, 0, 0, 0] })).toBe('success')
    expect(attempt).toHaveBeenCalledTimes(3)
  })

  test('throws the last error when the pauses are used up', async () => {
    await expect(retry(failing(5), { pauses: [0, 0] })).rejects.toThrow('failure 3')
    await expect(retry(failing(5), { pauses: [] })).rejects.toThrow('failure 1')
  })

  test('throws an error at once when another attempt would not help', async () => {
    const attempt = failing(5)
    const isTransient = (error: unknown) => (error as Error).message !== 'failure 2'
    await expect(retry(attempt, { pauses: backoff({ first: 0, longest: 0 }), isTransient })).rejects.toThrow('failure 2')
    expect(attempt).toHaveBeenCalledTimes(2)
  })

  test('waits for as long as the pauses say', async () => {
    const start = hrnow()
    await retry(failing(2), { pauses: [5, 20] })
    expect(hrnow() - start).toBeGreaterThan(23)
  })
})

describe('backoff', () => {
  function take(count: number, pauses: Iterable<number>): number[] {
    const iterator = pauses[Symbol.iterator]()
    return Array.from({ length: count }, () => iterator.next().value as number)
  }

  test('doubles each pause up to the longest', () => {
    expect(take(5, backoff({ first: 100, longest: 500 }))).toEqual([100, 200, 400, 500, 500])
    expect(take(4, backoff({ first: 10, longest: 20, factor: 1.5 }))).toEqual([10, 15, 20, 20])
  })

  test('ends with the last pause that is over in time', () => {
    let time = 1_000
    const pauses: number[] = []
    for (const pause of backoff({ first: 100, longest: 1_000, patience: 1_000 }, () => time)) {
      pauses.push(pause)
      // The attempt before each pause took 50 ms.
      time += pause + 50
    }
    expect(pauses).toEqual([100, 200, 400])
  })
})
