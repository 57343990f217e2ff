import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeError } from '../errors/runtime-error.ts'
import type { CodeZip } from '../model/code-package.ts'
import type { PackageRoot } from './check-symlinks.ts'
import { createPackage } from './code-package.ts'
import { inlineEntries } from './inline-files.ts'
import { checkZippedSize } from './limits.ts'
import { PackageFault, packageError } from './package-fault.ts'
import { readFolder } from './read-folder.ts'
import { readZip } from './zip/read-zip.ts'

/** A folder, a .zip file, the bytes of one, or files by name. */
export type Code = string | URL | Uint8Array | { readonly [file: string]: string | Uint8Array }

export interface ReadCodeOptions {
  /** What relative paths are relative to. */
  readonly baseDirectory: string
  /** The option, for errors: `code`, `layers[0]`. */
  readonly what: string
  /** Where AWS unpacks it. */
  readonly root: PackageRoot
}

/**
 * Reads what a user gave as `code` or as a layer.
 * @throws RuntimeError `CODE_READ_FAILED` if it does not exist or is not code, `ZIP_EXTRACTION_FAILED` if AWS could not unpack it
 */
export async function readCode(code: Code, options: ReadCodeOptions): Promise<CodeZip> {
  const { what, root } = options
  if (typeof code === 'string' || isUrl(code)) return await readPath(pathOf(code, options), code, options)
  try {
    return ArrayBuffer.isView(code) ? await readZip(code as Uint8Array, root) : createPackage(inlineEntries(code, what), root)
  } catch (error) {
    throw error instanceof PackageFault ? packageError(what, error) : error
  }
}

// A URL of jest's realm is no instance of ours.
const isUrl = (code: object): code is URL => Object.prototype.toString.call(code) === '[object URL]'

function pathOf(code: string | URL, { baseDirectory, what }: ReadCodeOptions): string {
  const text = String(code)
  if (!/^[a-z][a-z\d+.-]+:/i.test(text)) return isAbsolute(text) ? text : resolve(baseDirectory, text)
  if (text.startsWith('file:')) return fileURLToPath(text)
  const message = `${what}: ${text} is not on this machine. Give a path, a file: URL, or the bytes.`
  throw new RuntimeError('CODE_READ_FAILED', message, { data: { what, code: text } })
}

async function readPath(path: string, code: string | URL, { what, root }: ReadCodeOptions): Promise<CodeZip> {
  let isFolder = false
  try {
    const stats = await stat(path)
    isFolder = stats.isDirectory()
    if (isFolder) return createPackage(await readFolder(path), root)
    checkZippedSize(stats.size)
    const bytes = stats.isFile() ? await readFile(path) : Buffer.alloc(0)
    if (bytes.toString('latin1', 0, 2) === 'PK') return await readZip(bytes, root)
  } catch (error) {
    if (!(error instanceof PackageFault)) throw unreadable(path, code, what, error as NodeJS.ErrnoException)
    if (!isFolder || error.entry === undefined) throw packageError(`${what} (${path})`, error)
    const message = `${what}: ${join(path, error.entry)} ${error.message}.`
    throw new RuntimeError('CODE_READ_FAILED', message, { data: { what, path: join(path, error.entry) } })
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
