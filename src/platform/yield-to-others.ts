import { setImmediate } from './clock.ts'

const FILES = 128
const BYTES = 4 * 1024 * 1024

/**
 * For synchronous work on many files, which is several times quicker than handing each to a thread: gives the rest of the process
 * its turn whenever enough was done. Returns a promise then, and `undefined` otherwise.
 */
export function yieldToOthers(): (bytes: number) => Promise<void> | undefined {
  let files = 0
  let total = 0
  return bytes => {
    total += bytes
    if (++files < FILES && total < BYTES) return undefined
    files = total = 0
    return new Promise(resolve => setImmediate(() => resolve()))
  }
}
