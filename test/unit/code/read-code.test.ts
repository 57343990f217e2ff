import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import JSZip from 'jszip'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Code, readCode } from '../../../src/code/read-code.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lambda-fixtures-code-'))
})
afterEach(() => rmSync(base, { recursive: true }))

const read = (code: Code) => readCode(code, { baseDirectory: base, what: 'code', root: '/var/task' })
const listed = async (code: Code) =>
  (await read(code)).entries.map(({ name, type, mode, data }) =>
    `${type} ${mode.toString(8)} ${name} ${Buffer.from(data).toString()}`.trim(),
  )
const failure = async (code: unknown): Promise<string> => {
  const error = await readCode(code as Code, { baseDirectory: base, what: 'layers[0]', root: '/opt' }).catch(
    (error: Error & { code: string }) => error,
  )
  return error instanceof Error ? `${error.code} ${error.message.replaceAll(base, '<base>')}` : 'no error'
}

function makeFolder(name: string): string {
  const folder = join(base, name)
  mkdirSync(join(folder, 'lib'), { recursive: true })
  mkdirSync(join(folder, 'empty'))
  writeFileSync(join(folder, 'lib/tool'), '#!/bin/sh', { mode: 0o700 })
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = () => 1', { mode: 0o600 })
  symlinkSync('lib/tool', join(folder, 'link'))
  return folder
}

describe('a folder', () => {
  test('is read with its modes, symlinks and empty folders, by a path or a URL', async () => {
    const folder = makeFolder('task')
    const all = await listed('task')
    expect(all).toMatchInlineSnapshot(`
      [
        "directory 755 empty",
        "file 644 index.mjs export const handler = () => 1",
        "directory 755 lib",
        "file 755 lib/tool #!/bin/sh",
        "symlink 777 link lib/tool",
      ]
    `)
    for (const code of ['./task/', folder, pathToFileURL(folder), pathToFileURL(folder).href])
      expect(await listed(code)).toEqual(all)
  })

  test('has the same SHA-256 for the same contents, whatever the dates, the order and the umask', async () => {
    const first = await read(makeFolder('one'))
    const folder = makeFolder('two')
    writeFileSync(join(folder, 'a'), '')
    rmSync(join(folder, 'a'))
    chmodSync(join(folder, 'index.mjs'), 0o664)
    utimesSync(join(folder, 'index.mjs'), 1, 1)
    expect((await read(folder)).sha256).toBe(first.sha256)

    chmodSync(join(folder, 'index.mjs'), 0o755)
    expect((await read(folder)).sha256).not.toBe(first.sha256)
  })

  test('is refused if it has symlinks that lead out of it, or no files', async () => {
    symlinkSync('../other', join(makeFolder('stray'), 'out'))
    expect(await failure('stray')).toMatchInlineSnapshot(
      `"CODE_READ_FAILED layers[0]: <base>/stray/out is a symlink that leads out of the function's folders, to "../other": put a copy of its target in its place."`,
    )
    mkdirSync(join(base, 'empty'))
    expect(await failure('empty')).toMatchInlineSnapshot(
      `"ZIP_EXTRACTION_FAILED layers[0] (<base>/empty): Uploaded file must be a non-empty zip. It has no files."`,
    )
  })

  test('is refused if it has a FIFO, which could be read for ever', async () => {
    execFileSync('mkfifo', [join(makeFolder('fifo'), 'pipe')])
    expect(await failure('fifo')).toMatchInlineSnapshot(
      `"CODE_READ_FAILED layers[0]: <base>/fifo/pipe is not a file, a folder or a symlink: remove it."`,
    )
  })
})

describe('files by name', () => {
  test('become entries, and programs are executable', async () => {
    const files = {
      'index.mjs': 'ä',
      'lib/data.bin': Uint8Array.of(65, 66),
      bootstrap: 'x',
      'extensions/ext': '#!/bin/sh',
      elf: '\x7fELF',
    }
    expect(await listed(files)).toMatchInlineSnapshot(`
      [
        "file 755 bootstrap x",
        "file 755 elf ELF",
        "directory 755 extensions",
        "file 755 extensions/ext #!/bin/sh",
        "file 644 index.mjs ä",
        "directory 755 lib",
        "file 644 lib/data.bin AB",
      ]
    `)
  })

  test('make the same package in every order', async () => {
    const one = await read({ 'b.mjs': 'b', 'a/c.mjs': 'c' })
    const two = await read({ 'a/c.mjs': Buffer.from('c'), 'b.mjs': 'b' })
    expect(two.sha256).toBe(one.sha256)
  })

  test('may come from another realm, as in jest', async () => {
    expect(await listed(runInNewContext(`({ 'a.mjs': new Uint8Array([65]) })`))).toEqual(['file 644 a.mjs A'])
  })

  test('are refused if they can’t be files', async () => {
    expect(await failure({ '../evil': '' })).toMatchInlineSnapshot(
      `"ZIP_EXTRACTION_FAILED layers[0]: Could not unzip uploaded file. Please check your file, then try to upload again. Its entry "../evil" has ".." in its path."`,
    )
    expect(await failure({ 'a.mjs': 42 })).toMatchInlineSnapshot(
      `"CODE_READ_FAILED layers[0]["a.mjs"] is of type number. Give its contents as text or Uint8Array."`,
    )
    expect(await failure({ 'a.mjs': '', './a.mjs': '' })).toMatchInlineSnapshot(
      `"ZIP_EXTRACTION_FAILED layers[0]: Could not unzip uploaded file. Please check your file, then try to upload again. Its entry "a.mjs" occurs twice."`,
    )
    expect(await failure({})).toMatchInlineSnapshot(
      `"ZIP_EXTRACTION_FAILED layers[0]: Uploaded file must be a non-empty zip. It has no files."`,
    )
  })
})

describe('a ZIP', () => {
  test('keeps its bytes, given by a path, a URL or bytes of any realm', async () => {
    const bytes = await new JSZip().file('index.mjs', 'x').generateAsync({ type: 'nodebuffer' })
    const path = join(base, 'fn.zip')
    writeFileSync(path, bytes)
    const foreign = runInNewContext('new Uint8Array(bytes)', { bytes: [...bytes] })
    for (const code of ['fn.zip', pathToFileURL(path), readFileSync(path), foreign]) {
      expect(bytes.equals(await (await read(code)).bytes())).toBe(true)
    }
  })
})

test('says what to do if code is not code', async () => {
  writeFileSync(join(base, 'orders.ts'), 'export const handler = () => 1')
  expect(await failure('./dist')).toMatchInlineSnapshot(
    `"CODE_READ_FAILED layers[0]: there is no file or folder <base>/dist (given as "./dist"). Build it first, or correct the path."`,
  )
  expect(await failure('orders.ts')).toMatchInlineSnapshot(
    `"CODE_READ_FAILED layers[0]: <base>/orders.ts is neither a folder nor a ZIP. Give a folder, a ZIP, or files by name: { 'index.mjs': '…' }. A TypeScript or JavaScript file is bundled when it is given as entry."`,
  )
  expect(await failure('orders.ts/nothing')).toMatchInlineSnapshot(
    `"CODE_READ_FAILED layers[0]: there is no file or folder <base>/orders.ts/nothing (given as "orders.ts/nothing"). Build it first, or correct the path."`,
  )
  expect(await failure('https://example.com/fn.zip')).toMatchInlineSnapshot(
    `"CODE_READ_FAILED layers[0]: https://example.com/fn.zip is not on this machine. Give a path, a file: URL, or the bytes."`,
  )
})

test('works under fake timers', async () => {
  vi.useFakeTimers()
  try {
    expect(await listed({ 'a.mjs': 'x' })).toEqual(['file 644 a.mjs x'])
  } finally {
    vi.useRealTimers()
  }
})
