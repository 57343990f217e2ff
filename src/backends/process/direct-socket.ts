import { Socket, type SocketConstructorOpts } from 'node:net'
import type { BodyReader } from '../../emulator/runtime-api/runtime-socket.ts'

/** For all sockets of this thread: what was read is copied in the same turn. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

/** What Node's sockets are made over. */
type Underlying = Socket & { _handle: object | null }

/**
 * A child process's pipe, read straight to where its bytes are wanted. Node gives each read of 64 KiB a buffer of its own: with answers of
 * a megabyte, to collect those took the test process as long as all else it does. Sockets have `onread` for it, which `spawn` offers
 * for none of its pipes, so the connection is taken out of the pipe that Node made of it, and a socket with `onread` put around it.
 */
export function directSocket(pipe: Socket): Socket & BodyReader {
  const from = pipe as Underlying
  const handle = from._handle
  from._handle = null
  from.destroy()
  let body: { readonly bytes: Buffer; length: number; readonly done: () => void } | undefined
  const came = (length: number, into: Uint8Array): boolean => {
    // Where the next bytes go is asked after each read: those that were waited for only since then still come by the buffer.
    const view = into === buffer ? buffer.subarray(0, length) : undefined
    let taken = 0
    if (body !== undefined) {
      const { bytes, done } = body
      taken = view?.copy(bytes, body.length) ?? length
      body.length += taken
      if (body.length === bytes.length) {
        body = undefined
        done()
      }
    }
    if (view !== undefined && taken < length) socket.emit('data', Buffer.from(view.subarray(taken)))
    return true
  }
  const onread = { buffer: () => body?.bytes.subarray(body.length) ?? buffer, callback: came }
  const socket = new Socket({ handle, onread } as SocketConstructorOpts)
  const receiveInto = (bytes: Buffer, done: () => void): void => {
    body = { bytes, length: 0, done }
  }
  return Object.assign(socket, { receiveInto })
}
