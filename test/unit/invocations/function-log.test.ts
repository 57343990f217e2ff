import { describe, expect, test } from 'vitest'
import { FunctionLog } from '../../../src/invocations/function-log.ts'
import { record } from '../../support/results.ts'

const [first, second, third] = [record('first'), record('second'), record('third')] as const

test('keeps the last 10,000 records', () => {
  const log = new FunctionLog()
  for (let n = 1; n <= 25_000; n++) log.add(record(String(n)))
  expect(log.records).toHaveLength(10_000)
  expect(log.records[0]?.message).toBe('15001')
  expect(log.records.at(-1)?.message).toBe('25000')
})

test('keeps fewer records if they are long', () => {
  const log = new FunctionLog()
  for (let n = 0; n < 100; n++) log.add(record(`${n}${'x'.repeat(1_000_000)}`))
  expect(log.records.length).toBeLessThan(35)
  expect(log.records.at(-1)?.message.slice(0, 3)).toBe('99x')
})

test('listeners get each record and the end, until they stop', () => {
  const log = new FunctionLog()
  const [heard, other]: unknown[][] = [[], []]
  log.add(first)
  log.listen(one => heard!.push(one))
  const stop = log.listen(one => other!.push(one))
  log.add(second)
  stop()
  log.add(third)
  log.end()
  log.end()
  expect(heard).toEqual([second, third, undefined])
  expect(other).toEqual([second])
})

describe('following', () => {
  test('gives records from the call on, before and after the first read', async () => {
    const log = new FunctionLog()
    log.add(first)
    const stream = log.follow()
    log.add(second)
    expect(await stream.next()).toEqual({ done: false, value: second })
    const next = stream.next()
    log.add(third)
    expect(await next).toEqual({ done: false, value: third })
  })

  test('ends with the log, after the records that came before', async () => {
    const log = new FunctionLog()
    const stream = log.follow()
    log.add(first)
    log.end()
    expect(await Array.fromAsync(stream)).toEqual([first])
    expect(await Array.fromAsync(log.follow())).toEqual([])
  })

  test('ends when the signal aborts, also while a read waits', async () => {
    const log = new FunctionLog()
    const controller = new AbortController()
    const stream = log.follow(controller.signal)
    const waiting = stream.next()
    controller.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    log.add(first)
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(await Array.fromAsync(log.follow(controller.signal))).toEqual([])
  })

  test('a reader that leaves its loop stops listening', async () => {
    const log = new FunctionLog()
    const stream = log.follow()
    log.add(first)
    log.add(second)
    for await (const one of stream) {
      expect(one).toBe(first)
      break
    }
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  test('return() ends a read that waits', async () => {
    const stream = new FunctionLog().follow()
    const waiting = stream.next()
    await stream.return?.()
    expect(await waiting).toEqual({ done: true, value: undefined })
  })
})
