import { RuntimeError } from '../errors/runtime-error.ts'
import type { PackageEntry } from '../model/code-package.ts'

/**
 * Entries of files by name. Text is written as UTF-8. As nothing says which files are executable, a `bootstrap`, a script with a
 * `#!` line and an ELF program are.
 * @throws RuntimeError `CODE_READ_FAILED` if a value is neither text nor bytes
 */
export function inlineEntries(files: { readonly [file: string]: string | Uint8Array }, what: string): PackageEntry[] {
  return Object.entries(files).map(([name, content]) => {
    if (typeof content !== 'string' && !ArrayBuffer.isView(content)) {
      const kind = content === null ? 'null' : `of type ${typeof content}`
      const message = `${what}[${JSON.stringify(name)}] is ${kind}. Give its contents as text or Uint8Array.`
      throw new RuntimeError('CODE_READ_FAILED', message, { data: { what, file: name } })
    }
    const data = typeof content === 'string' ? Buffer.from(content) : content
    return { name, type: 'file', mode: isProgram(name, data) ? 0o755 : 0o644, data }
  })
}

function isProgram(name: string, data: Uint8Array): boolean {
  const start = Buffer.from(data.subarray(0, 4)).toString('latin1')
  return name === 'bootstrap' || start.startsWith('#!') || start === '\x7fELF'
}
