import { expect, test } from 'vitest'
import { SharedWork, type Work } from '../../../../../src/backends/engines/images/shared-work.ts'

/** Work that ends when the test says so. */
function create() {
  const shared = new SharedWork<string, number>()
  const begun: { readonly signal: AbortSignal; readonly end: PromiseWithResolvers<number> }[] = []
  const begin = (signal: AbortSignal): Work<string, number> => {
    const end = Promise.withResolvers<number>()
    begun.push({ signal, end })
    return { state: `state ${begun.length}`, result: end.promise }
  }
  const wait = (signal?: AbortSignal): Promise<number> =>
    shared.run('key', begin, { signal, givenUp: state => new Error(`gave up at ${state}`) })
  return { wait, begun }
}

test('is begun once for all who want it at the same time, and anew for who comes later', async () => {
  const { wait, begun } = create()
  const both = [wait(), wait()]
  begun[0]!.end.resolve(7)
  expect(await Promise.all(both)).toEqual([7, 7])
  const later = wait()
  begun[1]!.end.reject(new Error('failed'))
  await expect(later).rejects.toThrow('failed')
  expect(begun).toHaveLength(2)
})

test('goes on while somebody waits, and is aborted when the last one gives up', async () => {
  const { wait, begun } = create()
  const [first, second] = [new AbortController(), new AbortController()]
  const both = [wait(first.signal), wait(second.signal)]
  first.abort()
  await expect(both[0]).rejects.toThrow('gave up at state 1')
  expect(begun[0]!.signal.aborted).toBe(false)
  second.abort()
  await expect(both[1]).rejects.toThrow('gave up at state 1')
  expect(begun[0]!.signal.aborted).toBe(true)
})

test('who comes after it was aborted gets work of its own', async () => {
  const { wait, begun } = create()
  const controller = new AbortController()
  const given = wait(controller.signal)
  controller.abort()
  await expect(given).rejects.toThrow('gave up')
  const next = wait()
  begun[1]!.end.resolve(1)
  expect(await next).toBe(1)
})

test('who has given up before does not wait', async () => {
  const { wait, begun } = create()
  await expect(wait(AbortSignal.abort())).rejects.toThrow('gave up at state 1')
  expect(begun[0]!.signal.aborted).toBe(true)
})
