import { MAX_NAME, MAX_PATH } from './limits.ts'
import { PackageFault } from './package-fault.ts'

/**
 * An entry's name without `.`, empty parts and the slash at the end of a folder's name; `''` is the root itself.
 * @throws PackageFault if the name could mean a place outside the root on any system, or is longer than a path can be
 */
export function normaliseName(name: string): string {
  const refuse = (reason: string): never => {
    throw new PackageFault(reason, { entry: name })
  }
  if (name === '') refuse('has no name')
  if (Buffer.byteLength(name) > MAX_PATH - '/var/task/'.length) refuse(`has a path of more than ${MAX_PATH} bytes on AWS`)
  if (name.includes('\0')) refuse('has a NUL in its name')
  if (name.includes('\\')) refuse('has a backslash in its name: use a tool that writes "/" between folders')
  if (name.startsWith('/')) refuse('has an absolute path')
  if (/^[A-Za-z]:/.test(name)) refuse('has a drive letter in its path')
  const parts: string[] = []
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') refuse('has ".." in its path')
    if (Buffer.byteLength(part) > MAX_NAME) refuse(`has a name of more than ${MAX_NAME} bytes in its path`)
    parts.push(part)
  }
  return parts.join('/')
}
