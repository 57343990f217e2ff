import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ExtractOptions, extractPackage } from '../../../src/code/extract-package.ts'
import { readCode } from '../../../src/code/read-code.ts'
import { readZip } from '../../../src/code/zip/read-zip.ts'
import { type HandEntry, handZip, SYMLINK } from '../../support/zips.ts'

let root: string
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'lambda-fixtures-extract-')), 'task')
  mkdirSync(root)
})
afterEach(() => rmSync(join(root, '..'), { recursive: true }))

const zipOf = (...entries: HandEntry[]) => readZip(handZip(entries), '/var/task')
const FOLDERS = { '/var/task': '/here/task', '/opt': '/here/opt', '/tmp': '/here/tmp' }
/** Unpacks what `zipOf` gives into `root`. */
async function extract(zip: Parameters<typeof extractPackage>[0], options: Partial<ExtractOptions> = {}): Promise<void> {
  await extractPackage(zip, { directory: root, root: '/var/task', folders: FOLDERS, ...options })
}
const modeOf = (name: string) => (statSync(join(root, name)).mode & 0o7777).toString(8)
const textOf = (name: string) => readFileSync(join(root, name), 'utf8')

test('sets the modes of the ZIP whatever the umask is, without setuid', async () => {
  const before = process.umask(0o077)
  try {
    await extract(
      await zipOf(
        { name: 'bootstrap', data: 'x', mode: 0o100755 },
        { name: 'secret', mode: 0o100600 },
        { name: 'root', mode: 0o104755 },
        { name: 'windows', host: 0, mode: 0 },
        { name: 'none', mode: 0 },
        { name: 'folder/', mode: 0o040555 },
        { name: 'implied/file' },
      ),
    )
  } finally {
    process.umask(before)
  }
  expect(Object.fromEntries(readdirSync(root).map(name => [name, modeOf(name)]))).toMatchInlineSnapshot(`
    {
      "bootstrap": "755",
      "folder": "755",
      "implied": "755",
      "none": "644",
      "root": "755",
      "secret": "600",
      "windows": "644",
    }
  `)
})

test('writes what was read of a folder: contents, modes, symlinks, empty folders', async () => {
  const source = join(root, '../source')
  mkdirSync(join(source, 'lib/deep'), { recursive: true })
  writeFileSync(join(source, 'lib/deep/tool'), '#!/bin/sh\n')
  chmodSync(join(source, 'lib/deep/tool'), 0o755)
  writeFileSync(join(source, 'index.mjs'), 'export {}')
  mkdirSync(join(source, 'empty'))
  symlinkSync('../lib/deep', join(source, 'empty/link'))
  const read = (code: string) => readCode(code, { baseDirectory: join(root, '..'), what: 'code', root: '/var/task' })
  const zip = await read('source')
  await extract(zip)
  expect(readdirSync(root, { recursive: true }).sort()).toEqual(readdirSync(source, { recursive: true }).sort())
  expect([modeOf('lib/deep/tool'), modeOf('index.mjs')]).toEqual(['755', '644'])
  expect(readlinkSync(join(root, 'empty/link'))).toBe('../lib/deep')
  expect(textOf('empty/link/tool')).toBe('#!/bin/sh\n')
  expect((await read(root)).sha256).toBe(zip.sha256)
})

test('lets a later layer win, even over a folder or a symlink', async () => {
  await extract(await zipOf({ name: 'a', data: 'one' }, { name: 'b/c', data: 'one' }, { name: 'd', data: 'b', mode: SYMLINK }))
  await extract(await zipOf({ name: 'a', data: 'two' }, { name: 'b', data: 'two' }, { name: 'd/e', data: 'two' }))
  expect([textOf('a'), textOf('b'), textOf('d/e')]).toEqual(['two', 'two', 'two'])
})

test('writes nothing through a symlink of an earlier layer', async () => {
  const outside = join(root, '../outside')
  mkdirSync(outside)
  symlinkSync(outside, join(root, 'd'))
  symlinkSync(join(outside, 'file'), join(root, 'f'))
  await extract(await zipOf({ name: 'd/evil', data: 'x' }, { name: 'f', data: 'x' }))
  expect(readdirSync(outside)).toEqual([])
  expect([textOf('d/evil'), textOf('f')]).toEqual(['x', 'x'])
})

test('leads symlinks into the function’s folders to where these folders are here', async () => {
  const links = {
    node_modules: '/opt/nodejs/node_modules',
    cache: '/tmp',
    'lib/self': '/var/task/lib',
    'lib/out': '../../../opt/./bin',
    'lib/near': '../lib/./self',
    'lib/here': '.',
  }
  const entries = Object.entries(links).map(([name, data]) => ({ name, data, mode: SYMLINK }))
  await extract(await zipOf({ name: 'index.js' }, ...entries))
  expect(Object.fromEntries(Object.keys(links).map(name => [name, readlinkSync(join(root, name))]))).toEqual({
    node_modules: '/here/opt/nodejs/node_modules',
    cache: '/here/tmp',
    'lib/self': '/here/task/lib',
    'lib/out': '/here/opt/bin',
    'lib/near': '../lib/./self',
    'lib/here': '.',
  })
})

test('says where it could not write', async () => {
  await expect(extract(await zipOf({ name: 'a/b' }), { directory: join(root, 'missing') })).rejects.toMatchObject({
    code: 'ZIP_EXTRACTION_FAILED',
    message: expect.stringContaining(`Could not write ${join(root, 'missing/a')}: ENOENT`),
  })
})

test('writes many files under fake timers', async () => {
  vi.useFakeTimers()
  try {
    const entries = Array.from({ length: 1_000 }, (_, i) => ({ name: `${i % 10}/${i}`, data: `${i}`.repeat(1_000), method: 8 }))
    await extract(await zipOf(...entries))
  } finally {
    vi.useRealTimers()
  }
  expect(readdirSync(root, { recursive: true })).toHaveLength(1_010)
  expect(textOf('9/999')).toBe('999'.repeat(1_000))
})
