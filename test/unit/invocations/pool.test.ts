import { describe, expect, test } from 'vitest'
import type { WarmInstance } from '../../../src/backends/backend.ts'
import { RuntimeError } from '../../../src/errors/runtime-error.ts'
import { Pool } from '../../../src/invocations/pool.ts'
import { type InstanceDouble, LaunchDouble } from '../../support/instance-double.ts'

/** An event that holds its instance until it is told to answer. */
class Held {
  readonly instance: Promise<WarmInstance>
  readonly result: Promise<string>
  readonly answer: (value?: string) => void
  readonly fail: (error: unknown) => void
  instances: string[] = []

  constructor(pool: Pool, signal?: AbortSignal) {
    const given = Promise.withResolvers<WarmInstance>()
    const answered = Promise.withResolvers<string>()
    this.instance = given.promise
    this.answer = (value = 'done') => answered.resolve(value)
    this.fail = answered.reject
    this.result = pool.run(instance => {
      this.instances.push(instance.id)
      given.resolve(instance)
      return answered.promise
    }, signal)
    this.result.catch(given.reject)
    this.instance.catch(() => undefined)
  }
}

const lost = (code: string): RuntimeError => new RuntimeError(code, 'gone')

function start(concurrency = 2): { pool: Pool; backend: LaunchDouble } {
  const backend = new LaunchDouble()
  return { pool: new Pool(backend.options(concurrency)), backend }
}

/** A pool with one idle instance. */
async function warm(concurrency = 2): Promise<{ pool: Pool; backend: LaunchDouble; first: InstanceDouble }> {
  const { pool, backend } = start(concurrency)
  const warming = pool.warm()
  const first = backend.launches[0]!.ready()
  await warming
  return { pool, backend, first }
}

describe('taking an instance', () => {
  test('an idle instance is taken again', async () => {
    const { pool, backend } = await warm()
    for (const value of ['a', 'b']) {
      const event = new Held(pool)
      event.answer(value)
      expect(await event.result).toBe(value)
      expect(event.instances).toEqual(['i1'])
    }
    expect(backend.launches).toHaveLength(1)
  })

  test('the event reaches an idle instance within the call', async () => {
    const { pool } = await warm()
    const event = new Held(pool)
    expect(event.instances).toEqual(['i1'])
    event.answer()
    await event.result
  })

  test('events at once get instances of their own, up to the concurrency, and the others wait in order', async () => {
    const { pool, backend } = start(2)
    const [first, second, third, fourth] = [new Held(pool), new Held(pool), new Held(pool), new Held(pool)]
    expect(backend.launches).toHaveLength(2)
    for (const launch of backend.launches) launch.ready()
    await Promise.all([first.instance, second.instance])
    expect(third.instances).toEqual([])
    second.answer()
    expect(await third.instance).toBe(await second.instance)
    expect(fourth.instances).toEqual([])
    first.answer()
    expect(await fourth.instance).toBe(await first.instance)
    expect(backend.launches).toHaveLength(2)
  })

  test('an instance that has answered but is not idle yet is waited for', async () => {
    const { pool, backend, first } = await warm()
    first.enter('finishing')
    const event = new Held(pool)
    expect(backend.launches).toHaveLength(1)
    first.enter('idle')
    expect(await event.instance).toBe(first)
  })

  test('a busy instance is not waited for while there is room', async () => {
    const { pool, backend } = await warm()
    new Held(pool)
    const event = new Held(pool)
    const second = backend.launches[1]!.ready()
    expect(await event.instance).toBe(second)
  })

  test('warm() launches one instance, and none when there is one', async () => {
    const { pool, backend } = start()
    const warming = [pool.warm(), pool.warm()]
    expect(backend.launches).toHaveLength(1)
    backend.launches[0]!.ready()
    await Promise.all(warming)
    await pool.warm()
    expect(backend.launches).toHaveLength(1)
    expect(pool.instances.map(({ id }) => id)).toEqual(['i1'])
  })
})

describe('losing an instance', () => {
  test('one that ended while it was idle is ended for good and replaced by the next event', async () => {
    const { pool, backend, first } = await warm()
    first.enter('ended')
    expect(pool.instances).toEqual([])
    expect(backend.ended).toEqual(['i1'])
    const event = new Held(pool)
    const second = backend.launches[1]!.ready()
    expect(await event.instance).toBe(second)
  })

  test('one that ends while an event waits for it is replaced', async () => {
    const { pool, backend, first } = await warm(1)
    first.enter('finishing')
    const event = new Held(pool)
    first.enter('ended')
    const second = backend.launches[1]!.ready()
    expect(await event.instance).toBe(second)
  })

  test('an event that cannot have been seen is repeated once, on another instance', async () => {
    const { pool, backend, first } = await warm()
    let attempts = 0
    const result = pool.run(async instance => {
      attempts++
      if (instance !== first) return instance.id
      first.enter('ended')
      throw lost('INSTANCE_LOST')
    })
    await Promise.resolve()
    await Promise.resolve()
    backend.launches[1]!.ready()
    expect(await result).toBe('i2')
    expect(attempts).toBe(2)
  })

  test('an event is not repeated twice', async () => {
    const { pool, backend } = await warm()
    let attempts = 0
    const result = pool.run(async () => {
      attempts++
      throw lost('INSTANCE_LOST')
    })
    await expect(result).rejects.toMatchObject({ code: 'INSTANCE_LOST' })
    expect(attempts).toBe(2)
    expect(backend.launches).toHaveLength(1)
  })

  test.each(['INVOCATION_FAILED', 'INVOCATION_ABORTED'])('an event that fails with %s is not repeated', async code => {
    const { pool } = await warm()
    let attempts = 0
    const result = pool.run(async () => {
      attempts++
      throw lost(code)
    })
    await expect(result).rejects.toMatchObject({ code })
    expect(attempts).toBe(1)
  })

  test('an instance is free again after an error of any kind', async () => {
    const { pool, backend } = await warm(1)
    await expect(pool.run(() => Promise.reject(new TypeError('no')))).rejects.toThrow('no')
    const event = new Held(pool)
    expect(event.instances).toEqual(['i1'])
    expect(backend.launches).toHaveLength(1)
  })

  test('close() reports an instance that cannot be ended, after the others have ended', async () => {
    const { pool, backend, first } = await warm()
    const second = new Held(pool)
    const third = new Held(pool)
    backend.launches[1]!.ready()
    await third.instance
    const slow = Promise.withResolvers<void>()
    backend.end = async instance => {
      if (instance === first) throw new Error('still there')
      await slow.promise
    }
    let settled = false
    const closing = pool.close().finally(() => {
      settled = true
    })
    await new Promise(setImmediate)
    expect(settled).toBe(false)
    slow.resolve()
    await expect(closing).rejects.toThrow('still there')
    for (const event of [second, third]) event.answer()
  })

  test('an instance that ended by itself and cannot be removed is no unhandled rejection, and close() reports it', async () => {
    const { pool, backend, first } = await warm()
    backend.end = () => Promise.reject(new Error('still there'))
    first.enter('ended')
    await new Promise(setImmediate)
    await expect(pool.close()).rejects.toThrow('still there')
  })
})

describe('launches', () => {
  test('a launch that fails is the error of one waiting event', async () => {
    const { pool, backend } = start(1)
    const [first, second] = [new Held(pool), new Held(pool)]
    backend.launches[0]!.fail(new Error('no place'))
    await expect(first.result).rejects.toThrow('no place')
    backend.launches[1]!.ready()
    expect((await second.instance).id).toBe('i2')
  })

  test('a launch that fails is the error of warm()', async () => {
    const { pool, backend } = start()
    const warming = pool.warm()
    backend.launches[0]!.fail(new Error('no place'))
    await expect(warming).rejects.toThrow('no place')
    expect(pool.instances).toEqual([])
  })

  test('an event is not held up by a launch when an instance becomes idle', async () => {
    const { pool, backend } = await warm(2)
    const [first, second] = [new Held(pool), new Held(pool)]
    await first.instance
    first.answer()
    expect((await second.instance).id).toBe('i1')
    backend.launches[1]!.ready()
    second.answer()
    await second.result
    expect(pool.instances.map(({ id }) => id)).toEqual(['i1', 'i2'])
  })
})

describe('aborting', () => {
  test('an event is refused when its signal has aborted already', async () => {
    const { pool } = await warm()
    const event = new Held(pool, AbortSignal.abort('enough'))
    await expect(event.result).rejects.toMatchObject({ code: 'INVOCATION_ABORTED', cause: 'enough' })
    expect(event.instances).toEqual([])
  })

  test('an event leaves the queue when its signal aborts, and takes no instance', async () => {
    const { pool, first } = await warm(1)
    const busy = new Held(pool)
    const controller = new AbortController()
    const [aborted, next] = [new Held(pool, controller.signal), new Held(pool)]
    controller.abort()
    await expect(aborted.result).rejects.toMatchObject({
      code: 'INVOCATION_ABORTED',
      message: expect.stringContaining('while it waited for an instance'),
    })
    busy.answer()
    expect(await next.instance).toBe(first)
    expect(aborted.instances).toEqual([])
  })

  test('an instance that was launched for an aborted event serves the next one', async () => {
    const { pool, backend } = start(1)
    const controller = new AbortController()
    const aborted = new Held(pool, controller.signal)
    controller.abort()
    await expect(aborted.result).rejects.toMatchObject({ code: 'INVOCATION_ABORTED' })
    const next = new Held(pool)
    backend.launches[0]!.ready()
    expect((await next.instance).id).toBe('i1')
    expect(backend.launches).toHaveLength(1)
  })
})

test('a value that is not a signal takes no place in the queue', async () => {
  const { pool, first } = await warm(1)
  const busy = new Held(pool)
  await expect(new Held(pool, {} as AbortSignal).result).rejects.toThrow(TypeError)
  const next = new Held(pool)
  busy.answer()
  expect(await next.instance).toBe(first)
})

describe('retiring', () => {
  test('an idle instance ends at once, a busy one when it has answered', async () => {
    const { pool, backend } = await warm(2)
    const busy = new Held(pool)
    const second = new Held(pool)
    backend.launches[1]!.ready()
    await second.instance
    second.answer()
    await second.result
    await pool.retire()
    expect(backend.ended).toEqual(['i2'])
    busy.answer()
    await busy.result
    expect(backend.ended).toEqual(['i2', 'i1'])
    expect(pool.instances).toEqual([])
  })

  test('later events run on instances of the new options', async () => {
    const { pool, backend } = await warm()
    const renewed = new LaunchDouble()
    await pool.retire(renewed.options(1))
    const event = new Held(pool)
    renewed.launches[0]!.ready('new')
    expect((await event.instance).id).toBe('new')
    expect(backend.launches).toHaveLength(1)
  })

  test('a busy instance that retires does not count against the concurrency', async () => {
    const { pool, backend } = await warm(1)
    const busy = new Held(pool)
    await pool.retire()
    const event = new Held(pool)
    backend.launches[1]!.ready()
    expect((await event.instance).id).toBe('i2')
    busy.answer()
    await busy.result
    expect(backend.ended).toEqual(['i1'])
  })

  test('a launch under way is aborted, and the event that waits for it gets a new one', async () => {
    const { pool, backend } = start(1)
    const event = new Held(pool)
    const retiring = pool.retire()
    const [old, next] = backend.launches
    expect(old!.signal.aborted).toBe(true)
    old!.fail(new Error('aborted'))
    next!.ready('new')
    await retiring
    expect((await event.instance).id).toBe('new')
  })

  test('a launch that succeeds although it was aborted is ended', async () => {
    const { pool, backend } = start(1)
    const warming = pool.warm()
    await pool.retire()
    backend.launches[0]!.ready()
    await warming
    expect(backend.ended).toEqual(['i1'])
    expect(pool.instances).toEqual([])
  })

  test('rejectWaiting() turns away the events that wait, and no other', async () => {
    const { pool } = await warm(1)
    const [busy, waiting] = [new Held(pool), new Held(pool)]
    pool.rejectWaiting(() => new Error('throttled'))
    await expect(waiting.result).rejects.toThrow('throttled')
    busy.answer()
    expect(await busy.result).toBe('done')
  })
})

describe('closing', () => {
  test('ends what is idle and what is busy, and waits for that', async () => {
    const { pool, backend, first } = await warm(1)
    const ending = Promise.withResolvers<void>()
    backend.end = () => ending.promise
    const busy = new Held(pool)
    let closed = false
    const closing = pool.close().then(() => {
      closed = true
    })
    expect(backend.ended).toEqual([first.id])
    expect(pool.closed).toBe(true)
    busy.fail(lost('INVOCATION_FAILED'))
    await expect(busy.result).rejects.toMatchObject({
      code: 'TERMINATED',
      message: '"orders" was terminated while this invocation ran.',
    })
    expect(closed).toBe(false)
    ending.resolve()
    await closing
  })

  test('a second close() waits for the same end', async () => {
    const { pool, backend } = await warm(1)
    await Promise.all([pool.close(), pool.close()])
    expect(backend.ended).toEqual(['i1'])
  })

  test('waiting and later events are refused', async () => {
    const { pool } = await warm(1)
    const [busy, waiting] = [new Held(pool), new Held(pool)]
    const closing = pool.close()
    await expect(waiting.result).rejects.toMatchObject({
      code: 'TERMINATED',
      message: '"orders" was terminated while this event waited for an instance.',
    })
    await expect(new Held(pool).result).rejects.toMatchObject({ code: 'TERMINATED', message: '"orders" was terminated.' })
    await expect(pool.warm()).rejects.toMatchObject({ code: 'TERMINATED' })
    busy.answer()
    await Promise.all([busy.result, closing])
  })

  test('a launch under way is aborted, and its error is the cause', async () => {
    const { pool, backend } = start(1)
    const warming = pool.warm()
    const closing = pool.close()
    expect(backend.launches[0]!.signal.aborted).toBe(true)
    const cause = new Error('aborted')
    backend.launches[0]!.fail(cause)
    await expect(warming).rejects.toMatchObject({ code: 'TERMINATED', cause })
    await closing
  })

  test('a launch that succeeds while the pool closes is ended before close() returns', async () => {
    const { pool, backend } = start(1)
    const warming = pool.warm()
    const closing = pool.close()
    backend.launches[0]!.ready()
    await closing
    expect(backend.ended).toEqual(['i1'])
    expect(pool.instances).toEqual([])
    await warming
  })
})
