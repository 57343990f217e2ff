import { setImmediate } from './clock.ts'

const FILES = 128
const BYTES = 4 * 1024 * 1024

/**
 * For synchronous work on many files, which is several times as fast as asynchronous work. Call the returned function after each file
 * and await its result: from time to time it is a promise, which lets the rest of the process run.
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
