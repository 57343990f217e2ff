import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeError } from '../errors/runtime-error.ts'
import type { CodeZip } from '../model/code-package.ts'
import { inlineEntries } from './inline-files.ts'
import { readFolder } from './read-folder.ts'
import { checkZip } from './zip/check-zip.ts'
import { ZIPPED_LIMIT, ZIPPED_TOO_LARGE } from './zip/limits.ts'
import { writeZip } from './zip/write-zip.ts'
import type { ZipEntry } from './zip/zip-entry.ts'
import { ZipFault, zipError } from './zip/zip-fault.ts'

/** A folder, a .zip file, the bytes of one, or files by name. */
export type Code = string | URL | Uint8Array | { readonly [file: string]: string | Uint8Array }

/**
 * Reads what a user gave as `code` or as a layer. A ZIP stays the bytes it is; of a folder or files one is made, whose bytes are
 * the same whenever the contents are.
 * @param options.baseDirectory what relative paths are relative to
 * @param options.what the option, for errors: `code`, `layers[0]`
 * @throws RuntimeError `CODE_READ_FAILED` for what isn't there or isn't code, `ZIP_EXTRACTION_FAILED` for what can't be unpacked.
 */
export async function readCode(code: Code, options: { baseDirectory: string; what: string }): Promise<CodeZip> {
  const { what } = options
  if (ArrayBuffer.isView(code)) return await checkZip(code as Uint8Array, what)
  if (typeof code === 'string' || isUrl(code)) return await readPath(pathOf(code, options), code, what)
  return await pack(inlineEntries(code, what), what)
}

// A URL of jest's realm is no instance of ours.
const isUrl = (code: object): code is URL => Object.prototype.toString.call(code) === '[object URL]'

function pathOf(code: string | URL, { baseDirectory, what }: { baseDirectory: string; what: string }): string {
  const text = String(code)
  if (!/^[a-z][a-z\d+.-]+:/i.test(text)) return isAbsolute(text) ? text : resolve(baseDirectory, text)
  if (text.startsWith('file:')) return fileURLToPath(text)
  throw new RuntimeError('CODE_READ_FAILED', `${what}: ${text} is not on this machine. Give a path, a file: URL, or the bytes.`, {
    data: { what, code: text },
  })
}

async function readPath(path: string, code: string | URL, what: string): Promise<CodeZip> {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) return await pack(await readFolder(path, what), `${what} (${path})`)
    if (stats.size > ZIPPED_LIMIT)
      throw zipError(`${what} (${path})`, new ZipFault(`has ${stats.size} bytes`, { refusal: `${ZIPPED_TOO_LARGE}.` }))
    const bytes = stats.isFile() ? await readFile(path) : Buffer.alloc(0)
    if (bytes.length > 0 && bytes.toString('latin1', 0, 2) === 'PK') return await checkZip(bytes, `${what} (${path})`)
  } catch (error) {
    if (error instanceof RuntimeError) throw error
    throw unreadable(path, code, what, error as NodeJS.ErrnoException)
  }
  const remedy = `Give a folder, a ZIP, or files by name: { 'index.mjs': '…' }. A TypeScript or JavaScript file is bundled when it is given as entry.`
  throw new RuntimeError('CODE_READ_FAILED', `${what}: ${path} is neither a folder nor a ZIP. ${remedy}`, {
    data: { what, path },
  })
}

function unreadable(path: string, code: string | URL, what: string, cause: NodeJS.ErrnoException): RuntimeError {
  const given = String(code) === path ? '' : ` (given as ${JSON.stringify(String(code))})`
  const missing = `there is no file or folder ${path}${given}. Build it first, or correct the path.`
  const message =
    cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? missing : `could not read ${path}${given}: ${cause.message}.`
  return new RuntimeError('CODE_READ_FAILED', `${what}: ${message}`, { data: { what, path }, cause })
}

async function pack(entries: readonly ZipEntry[], what: string): Promise<CodeZip> {
  if (entries.length === 0)
    throw zipError(what, new ZipFault('has no files', { refusal: 'Uploaded file must be a non-empty zip.' }))
  return await checkZip(writeZip(entries), what)
}
