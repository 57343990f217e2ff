import { openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { isMainThread } from 'node:worker_threads'

/**
 * Opens a file whose descriptor a socket will own and close. In a worker thread, Node remembers each descriptor that `fs` opened and
 * closes it when the thread ends, unless `fs` has closed it before. After the socket has closed its own, that number may belong to
 * another thread, even to its event loop, and Node aborts. Node forgets the descriptor only when a FileHandle releases it: by
 * `releaseFD` of the object under the symbol `kHandle`, which is not documented. Seen on Node 22.12, 24.21 and 26.12.
 */
export async function openUnowned(path: string, flags: number): Promise<number> {
  if (isMainThread) return openSync(path, flags)
  const file = await open(path, flags)
  const { fd } = file
  const key = Object.getOwnPropertySymbols(file).find(({ description }) => description === 'kHandle')
  const handle = key && (file as unknown as Record<symbol, { releaseFD?(): void }>)[key]
  if (handle?.releaseFD === undefined) {
    await file.close()
    throw new Error(`lambda-fixtures can't run in a worker thread of Node ${process.version}: its FileHandle has no releaseFD.`)
  }
  handle.releaseFD()
  return fd
}
