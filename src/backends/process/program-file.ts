import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs'

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first 256 bytes of a file, filled up with zeros, which tell what kind of program it is. */
export function beginningOf(file: string): Buffer {
  const bytes = Buffer.alloc(256)
  const fd = openSync(file, 'r')
  try {
    readSync(fd, bytes)
  } finally {
    closeSync(fd)
  }
  return bytes
}
