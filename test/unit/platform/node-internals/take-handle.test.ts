import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket, type SocketConstructorOpts } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { takeHandle } from '../../../../src/platform/node-internals/take-handle.ts'

test("takes the connection out of a child's pipe, and another socket reads it (seen on Node 22.12, 24.21 and 26.12)", async () => {
  const child = spawn('sh', ['-c', 'echo hello >&3'], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] })
  const pipe = child.stdio[3] as Socket
  const closed = once(pipe, 'close')
  const handle = takeHandle(pipe)
  expect(handle, `A Socket of Node ${process.version} has no _handle any more`).toBeDefined()
  const socket = new Socket({ handle } as SocketConstructorOpts)
  expect(await text(socket)).toBe('hello\n')
  await closed
})

test('gives nothing where a socket has no connection', () => {
  expect(takeHandle(new Socket())).toBeUndefined()
})
