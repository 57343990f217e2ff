import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { directSocket } from '../../../../src/backends/process/direct-socket.ts'

/** A process that says what it is told to say, on the pipe that is its descriptor 3. */
function speaker() {
  const program = `const socket = new (require('node:net').Socket)({ fd: 3 })
    socket.on('data', data => socket.write(Buffer.alloc(Number(data), 'x')))
    socket.on('end', () => process.exit())`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const socket = directSocket(child.stdio[3] as Socket)
  onTestFinished(() => void socket.destroy())
  const came: number[] = []
  socket.on('data', (chunk: Buffer) => came.push(chunk.length))
  // Who is killed with bytes unread resets the connection.
  socket.on('error', () => undefined)
  return { child, socket, came }
}

test('bytes are given as data, or go straight into the buffer that waits for them', async () => {
  const { socket, came } = speaker()
  socket.write('5')
  await once(socket, 'data')
  const body = Buffer.alloc(1_000_000)
  const filled = new Promise<void>(resolve => socket.receiveInto!(body, resolve))
  socket.write('1000000')
  await filled
  expect(body.equals(Buffer.alloc(1_000_000, 'x'))).toBe(true)
  expect(came).toEqual([5])
  socket.write('7')
  await once(socket, 'data')
  expect(came).toEqual([5, 7])
})

test('bytes after the awaited ones are given as data again', async () => {
  const { socket, came } = speaker()
  const body = Buffer.alloc(6)
  const filled = new Promise<void>(resolve => socket.receiveInto!(body, resolve))
  socket.write('10')
  await filled
  expect(String(body)).toBe('xxxxxx')
  expect(came).toEqual([4])
})

test('data does not change when more is read', async () => {
  const { socket } = speaker()
  socket.write('3')
  const [first] = (await once(socket, 'data')) as [Buffer]
  first.fill('y')
  socket.write('3')
  const [second] = (await once(socket, 'data')) as [Buffer]
  expect([String(first), String(second)]).toEqual(['yyy', 'xxx'])
})

test('it closes when its process ends, even while bytes are awaited, and its process sees its end', async () => {
  const one = speaker()
  one.socket.receiveInto!(Buffer.alloc(10), () => expect.unreachable())
  one.socket.write('4')
  one.child.kill('SIGKILL')
  await new Promise(resolve => one.socket.on('close', resolve))
  const other = speaker()
  other.socket.end()
  await once(other.child, 'close')
})

test('a pipe whose connection cannot be taken is used as it is', () => {
  const pipe = new Socket()
  expect(directSocket(pipe)).toBe(pipe)
})
