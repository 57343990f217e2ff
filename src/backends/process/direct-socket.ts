import { Socket, type SocketConstructorOpts } from 'node:net'
import type { BodyReader } from '../../emulator/runtime-api/runtime-socket.ts'
import { takeHandle } from '../../platform/node-internals/take-handle.ts'

/** One buffer serves all sockets of this thread, because what was read is copied in the same turn. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * Reads a child process's pipe straight to where its bytes are wanted. Node gives each read of 64 KiB a buffer of its own, and with
 * answers of a megabyte, collecting those took the test process as long as everything else it does. Sockets have `onread` against
 * that, but `spawn` does not offer it, so the connection moves from the pipe that `spawn` made into a socket with `onread`.
 */
export function directSocket(pipe: Socket): Socket & Partial<BodyReader> {
  const handle = takeHandle(pipe)
  // It works without, only slower.
  if (handle === undefined) return pipe
  let body: { readonly bytes: Buffer; length: number; readonly done: () => void } | undefined
  const received = (length: number, into: Uint8Array): boolean => {
    // Node asks where the next bytes go after each read, so the first bytes of a body may still be in the shared buffer.
    const chunk = into === buffer ? buffer.subarray(0, length) : undefined
    let taken = 0
    if (body !== undefined) {
      const { bytes, done } = body
      taken = chunk?.copy(bytes, body.length) ?? length
      body.length += taken
      if (body.length === bytes.length) {
        body = undefined
        done()
      }
    }
    if (chunk !== undefined && taken < length) socket.emit('data', Buffer.from(chunk.subarray(taken)))
    return true
  }
  const onread = { buffer: () => body?.bytes.subarray(body.length) ?? buffer, callback: received }
  const socket = new Socket({ handle, onread } as SocketConstructorOpts)
  const receiveInto = (bytes: Buffer, done: () => void): void => {
    body = { bytes, length: 0, done }
  }
  return Object.assign(socket, { receiveInto })
}
