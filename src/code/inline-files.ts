import { RuntimeError } from '../errors/runtime-error.ts'
import { normaliseName } from './zip/entry-name.ts'
import type { ZipEntry } from './zip/zip-entry.ts'
import { type ZipFault, zipError } from './zip/zip-fault.ts'

/**
 * Entries from files by name. Text is UTF-8. A `bootstrap`, a script with a `#!` line and an ELF program are executable, as there
 * is no mode to say so.
 * @throws RuntimeError `CODE_READ_FAILED` for values that are neither text nor bytes, `ZIP_EXTRACTION_FAILED` for names that leave the root.
 */
export function inlineEntries(files: { readonly [file: string]: string | Uint8Array }, what: string): ZipEntry[] {
  return Object.entries(files).map(([name, content]) => {
    if (typeof content !== 'string' && !ArrayBuffer.isView(content)) {
      throw new RuntimeError(
        'CODE_READ_FAILED',
        `${what}[${JSON.stringify(name)}] is ${describe(content)}. Give its contents as text or Uint8Array.`,
        {
          data: { what, file: name },
        },
      )
    }
    try {
      normaliseName(name)
    } catch (fault) {
      throw zipError(what, fault as ZipFault)
    }
    const data = typeof content === 'string' ? Buffer.from(content) : content
    return { name, type: 'file', mode: isProgram(name, data) ? 0o755 : 0o644, data }
  })
}

function isProgram(name: string, data: Uint8Array): boolean {
  const start = Buffer.from(data.subarray(0, 4)).toString('latin1')
  return name === 'bootstrap' || start.startsWith('#!') || start === '\x7fELF'
}

const describe = (value: unknown): string => (value === null ? 'null' : `of type ${typeof value}`)
