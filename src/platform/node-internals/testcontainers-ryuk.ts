import { createRequire } from 'node:module'

/** Whether this thread has loaded Testcontainers: Node's cache of CommonJS modules has its index. Seen with 12.2. */
export function isTestcontainersLoaded(): boolean {
  const { cache } = createRequire(import.meta.url)
  return Object.keys(cache).some(file => /[\\/]testcontainers[\\/]build[\\/]index\.js$/.test(file))
}

/**
 * Calls `listener` when Ryuk's connection closes. Testcontainers reads nothing from it, so it would not see the end. Its `socket` is
 * private. Seen with 12.2.
 */
export function whenRyukEnds(reaper: object, listener: () => void): void {
  const { socket } = reaper as { socket?: NodeJS.ReadableStream }
  socket?.resume().once('close', listener)
}
