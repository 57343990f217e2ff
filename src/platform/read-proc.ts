import { closeSync, openSync, readSync } from 'node:fs'

/** One buffer serves all reads, because what was read is text before the next read. */
const buffer = Buffer.allocUnsafe(4096)

/** The text of a file below /proc; `undefined` if its process is gone or belongs to somebody else. */
export function readProc(path: string): string | undefined {
  const fd = openProc(path)
  if (fd === undefined) return undefined
  try {
    return readProcAgain(fd)
  } finally {
    closeSync(fd)
  }
}

/** Opens a file below /proc that is read often, which takes half as long with {@link readProcAgain}. */
export function openProc(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}

/** The present text of a file that {@link openProc} opened. */
export function readProcAgain(fd: number | undefined): string | undefined {
  if (fd === undefined) return undefined
  try {
    let text = ''
    // A shorter read is not the end, because the kernel writes whole entries.
    for (;;) {
      const length = readSync(fd, buffer, 0, buffer.length, text.length)
      if (length === 0) return text
      text += buffer.toString('latin1', 0, length)
    }
  } catch {
    return undefined
  }
}
