import { beforeEach, expect, test, vi } from 'vitest'
import { encodeFrame, FrameType } from '../../../../../src/backends/init/tunnel/frames.ts'
import { instanceLost } from '../../../../../src/backends/init/tunnel/instance-lost.ts'
import { Tunnel, type TunnelOptions } from '../../../../../src/backends/init/tunnel/tunnel.ts'
import { InitDouble } from '../../../../support/init-double.ts'
import { elapse, reset } from '../../../../support/test-clock.ts'

vi.mock('node:timers', () => import('../../../../support/test-clock.ts'))
vi.mock('node:perf_hooks', () => import('../../../../support/test-clock.ts'))

const TOKEN = Buffer.alloc(16, 7)

let init: InitDouble
beforeEach(() => {
  reset()
  init = new InitDouble(TOKEN)
})

function openTunnel(open: TunnelOptions['open'] = async () => init.stream(), startTimeout = 10_000) {
  const frames: [number, string][] = []
  const waiters: (() => void)[] = []
  let opened = 0
  const lost = Promise.withResolvers<Error>()
  const tunnel = new Tunnel({
    token: TOKEN,
    open: () => {
      opened++
      return open()
    },
    startTimeout,
    grace: 2_000,
    onFrame: (type, _channel, payload) => {
      frames.push([type, payload.toString()])
      for (const notify of waiters.splice(0)) notify()
    },
    onLost: lost.resolve,
  })
  /** Resolves when this many frames have come. */
  const received = async (count: number): Promise<string[]> => {
    while (frames.length < count) await new Promise<void>(resolve => waiters.push(resolve))
    return frames.map(([, text]) => text)
  }
  return { tunnel, received, lost: lost.promise, opened: () => opened }
}

/** Resolves when the init has received this many frames. */
async function arrived(count: number): Promise<string[]> {
  while (init.frames.length < count) await new Promise<void>(resolve => (init.onFrame = resolve))
  return init.frames.map(({ payload }) => payload)
}

test('carries frames both ways', async () => {
  const { tunnel, received } = openTunnel()
  await tunnel.start()
  tunnel.send(FrameType.data, 1, Buffer.from('to the init'))
  init.send(FrameType.log, 0, 'from the init')
  expect(await arrived(1)).toEqual(['to the init'])
  expect((await received(2))[1]).toBe('from the init')
  tunnel.close()
})

test('tries again, with longer and longer pauses, until a stream can be opened', async () => {
  const failures = ['not yet', 'nor now', 'still not']
  const { tunnel, opened } = openTunnel(async () => {
    const failure = failures.shift()
    if (failure !== undefined) throw new Error(failure)
    return init.stream()
  })
  const started = tunnel.start()
  for (const pause of [40, 60, 90]) await elapse(pause)
  await started
  expect(opened()).toBe(4)
  tunnel.close()
})

test('is lost with the error of the last attempt when the patience is over', async () => {
  const { tunnel } = openTunnel(async () => {
    throw new Error('no such container')
  })
  const started = expect(tunnel.start()).rejects.toMatchObject({
    code: 'INSTANCE_LOST',
    message: 'The container is lost: no stream to its init could be opened for 10000 ms (no such container).',
  })
  for (let pause = 40, sum = 0; sum + pause <= 10_000; sum += pause, pause = Math.min(pause * 1.5, 500)) await elapse(pause)
  await started
})

test('does not try again when the container is known to be gone', async () => {
  const gone = instanceLost('it was removed')
  const { tunnel, opened } = openTunnel(async () => {
    throw gone
  })
  await expect(tunnel.start()).rejects.toBe(gone)
  expect(opened()).toBe(1)
})

test('replaces a stream on which the init does not answer for 15 s, and waits no longer than its patience', async () => {
  const silent = new InitDouble(Buffer.alloc(16, 1))
  const streams = [silent.stream(), init.stream()]
  const patient = openTunnel(async () => streams.shift()!, 60_000)
  const started = patient.tunnel.start()
  await elapse(15_000)
  await elapse(40)
  await started
  patient.tunnel.close()

  const failed = expect(openTunnel(async () => silent.stream()).tunnel.start()).rejects.toThrow('did not answer within 10000 ms')
  await elapse(10_000)
  await failed
})

test('continues on a new stream: frames that got lost come again, and none comes twice', async () => {
  const { tunnel, received, opened } = openTunnel()
  await tunnel.start()
  init.send(FrameType.log, 0, 'first')
  await received(2)
  tunnel.send(FrameType.data, 1, Buffer.from('sent before'))
  await arrived(1)
  tunnel.breakStream()
  tunnel.send(FrameType.data, 1, Buffer.from('sent meanwhile'))
  init.send(FrameType.log, 0, 'second')
  expect(await received(3)).toEqual(['\x01', 'first', 'second'])
  expect(await arrived(2)).toEqual(['sent before', 'sent meanwhile'])
  expect(opened()).toBe(2)
  tunnel.close()
})

test('skips the part of a repeated frame that was delivered before the stream broke', async () => {
  const { tunnel, received } = openTunnel()
  await tunnel.start()
  await received(1)
  const frame = encodeFrame(FrameType.log, 0, Buffer.from('in two parts'))
  init.sendRaw(frame.subarray(0, 8 + 6))
  expect((await received(2))[1]).toBe('in two')
  tunnel.breakStream()
  init.send(FrameType.log, 0, 'in two parts')
  expect(await received(3)).toEqual(['\x01', 'in two', ' parts'])
  tunnel.close()
})

test('acknowledges what it has received after 256 frames', async () => {
  const { tunnel, received } = openTunnel()
  await tunnel.start()
  for (let i = 0; i < 255; i++) init.send(FrameType.log, 0, 'x')
  await received(256)
  while (init.acknowledged < 256) await new Promise<void>(resolve => (init.onFrame = resolve))
  expect(init.acknowledged).toBe(256)
  tunnel.close()
})

test('is lost when the init was restarted, or speaks another version', async () => {
  const { tunnel, lost } = openTunnel()
  await tunnel.start()
  init.boot = 'f'.repeat(16)
  tunnel.breakStream()
  expect(await lost).toMatchObject({ code: 'INSTANCE_LOST', message: expect.stringContaining('its init was restarted') })

  init = new InitDouble(TOKEN)
  init.version = 9
  await expect(openTunnel().tunnel.start()).rejects.toThrow('its init speaks protocol 9, and this library 2')
})

test('is lost when a broken stream is not replaced within the grace', async () => {
  let isUp = true
  const { tunnel, lost } = openTunnel(async () => {
    if (!isUp) throw new Error('connection refused')
    return init.stream()
  })
  await tunnel.start()
  isUp = false
  tunnel.breakStream()
  for (const pause of [40, 60, 90, 135, 202.5, 303.75, 455.625, 500]) await elapse(pause)
  expect(await lost).toMatchObject({
    message: 'The container is lost: no stream to its init could be opened for 2000 ms (connection refused).',
  })
})

test('knows whether anything can have reached the init', async () => {
  let isUp = true
  const { tunnel, lost } = openTunnel(async () => {
    if (!isUp) throw instanceLost('it was removed')
    return init.stream()
  })
  await tunnel.start()
  tunnel.resetHasReached()
  expect(tunnel.hasReached).toBe(true)
  isUp = false
  tunnel.breakStream()
  await lost
  tunnel.resetHasReached()
  expect(tunnel.hasReached).toBe(false)
})

test('replaces a stream that carries no valid frames', async () => {
  const { tunnel, received, opened } = openTunnel()
  await tunnel.start()
  await received(1)
  init.sendRaw(encodeFrame(9, 0, Buffer.from('an unknown type')))
  init.send(FrameType.log, 0, 'not lost')
  expect(await received(2)).toEqual(['\x01', 'not lost'])
  expect(opened()).toBe(2)
  tunnel.close()
})

test('sends without end only while the init acknowledges', async () => {
  const { tunnel } = openTunnel()
  await tunnel.start()
  const megabyte = Buffer.alloc(64 * 1024)
  for (let i = 0; i < 100; i++) tunnel.send(FrameType.fileData, 0, megabyte)
  let hasRoom = false
  void tunnel.room().then(() => {
    hasRoom = true
  })
  await arrived(64)
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  expect(init.frames).toHaveLength(64)
  expect(hasRoom).toBe(false)
  init.sendRaw(encodeFrame(FrameType.ack, 0, Buffer.from([0, 0, 0, 0, 0, 0, 0, 64])))
  await arrived(100)
  await tunnel.room()
  tunnel.close()
})

test('a tunnel that is closed while it opens rejects, and closes the stream that comes late', async () => {
  const opening = Promise.withResolvers<ReturnType<InitDouble['stream']>>()
  const { tunnel } = openTunnel(() => opening.promise)
  const started = expect(tunnel.start()).rejects.toThrow('it was given up before its init had answered')
  tunnel.close()
  await started
  const stream = init.stream()
  opening.resolve(stream)
  await new Promise(resolve => stream.once('close', resolve))
  expect(stream.destroyed).toBe(true)
  await expect(tunnel.start()).rejects.toThrow('it was given up before its init had answered')
})
