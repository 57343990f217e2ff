import { ZipFault } from './zip-fault.ts'

/**
 * An entry's name without `.` and empty parts and without the slash at a folder's end; `''` is the root itself.
 * @throws ZipFault for every name that could mean a place outside the root, on any system.
 */
export function normaliseName(name: string): string {
  const refuse = (reason: string): never => {
    throw new ZipFault(reason, { entry: name })
  }
  if (name === '') refuse('has no name')
  if (name.includes('\0')) refuse('has a NUL in its name')
  if (name.includes('\\')) refuse('has a backslash in its name: use a tool that writes "/" between folders')
  if (name.startsWith('/')) refuse('has an absolute path')
  if (/^[A-Za-z]:/.test(name)) refuse('has a drive letter in its path')
  const parts = name.split('/').filter(part => part !== '' && part !== '.')
  if (parts.includes('..')) refuse('leaves the folder that it is unpacked into')
  if (parts.some(part => Buffer.byteLength(part) > 255) || Buffer.byteLength(name) > 4000)
    refuse('has a name that is too long for a file')
  return parts.join('/')
}
