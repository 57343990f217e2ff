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
import { readCode } from '../../../../src/code/read-code.ts'
import { checkZip } from '../../../../src/code/zip/check-zip.ts'
import { extractZip } from '../../../../src/code/zip/extract-zip.ts'
import { type HandEntry, handZip, SYMLINK } from '../../../support/zips.ts'

let root: string
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'lambda-fixtures-extract-')), 'task')
  mkdirSync(root)
})
afterEach(() => rmSync(join(root, '..'), { recursive: true }))

const zipOf = (...entries: HandEntry[]) => checkZip(handZip(entries), 'code')
const modeOf = (name: string) => (statSync(join(root, name)).mode & 0o7777).toString(8)
const textOf = (name: string) => readFileSync(join(root, name), 'utf8')

test('modes are the ZIP’s, whatever the umask, without setuid', async () => {
  const before = process.umask(0o077)
  try {
    await extractZip(
      await zipOf(
        { name: 'bootstrap', data: 'x', mode: 0o100755 },
        { name: 'secret', mode: 0o100600 },
        { name: 'root', mode: 0o104755 },
        { name: 'windows', host: 0, mode: 0 },
        { name: 'none', mode: 0 },
        { name: 'folder/', mode: 0o040555 },
        { name: 'implied/file' },
      ),
      root,
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

test('a folder goes to a ZIP and back: contents, modes, symlinks, empty folders', async () => {
  const source = join(root, '../source')
  mkdirSync(join(source, 'lib/deep'), { recursive: true })
  writeFileSync(join(source, 'lib/deep/tool'), '#!/bin/sh\n')
  chmodSync(join(source, 'lib/deep/tool'), 0o755)
  writeFileSync(join(source, 'index.mjs'), 'export {}')
  mkdirSync(join(source, 'empty'))
  symlinkSync('../lib/deep', join(source, 'empty/link'))
  const zip = await readCode('source', { baseDirectory: join(root, '..'), what: 'code' })
  await extractZip(zip, root)
  expect(readdirSync(root, { recursive: true }).sort()).toEqual(readdirSync(source, { recursive: true }).sort())
  expect([modeOf('lib/deep/tool'), modeOf('index.mjs')]).toEqual(['755', '644'])
  expect(readlinkSync(join(root, 'empty/link'))).toBe('../lib/deep')
  expect(textOf('empty/link/tool')).toBe('#!/bin/sh\n')
  expect((await readCode(root, { baseDirectory: '/', what: 'code' })).sha256).toBe(zip.sha256)
})

test('of layers the later wins, also over what was a folder or a symlink', async () => {
  await extractZip(
    await zipOf({ name: 'a', data: 'one' }, { name: 'b/c', data: 'one' }, { name: 'd', data: 'b', mode: SYMLINK }),
    root,
  )
  await extractZip(await zipOf({ name: 'a', data: 'two' }, { name: 'b', data: 'two' }, { name: 'd/e', data: 'two' }), root)
  expect([textOf('a'), textOf('b'), textOf('d/e')]).toEqual(['two', 'two', 'two'])
})

test('no symlink of an earlier layer leads a later one out', async () => {
  const outside = join(root, '../outside')
  mkdirSync(outside)
  symlinkSync(outside, join(root, 'd'))
  symlinkSync(join(outside, 'file'), join(root, 'f'))
  await extractZip(await zipOf({ name: 'd/evil', data: 'x' }, { name: 'f', data: 'x' }), root)
  expect(readdirSync(outside)).toEqual([])
  expect([textOf('d/evil'), textOf('f')]).toEqual(['x', 'x'])
})

test('says where it could not write', async () => {
  await expect(extractZip(await zipOf({ name: 'a/b' }), join(root, 'missing'))).rejects.toMatchObject({
    code: 'ZIP_EXTRACTION_FAILED',
    message: expect.stringContaining(`Could not write ${join(root, 'missing/a/b')}: ENOENT`),
  })
})

test('many files, and deflated ones, under fake timers', async () => {
  vi.useFakeTimers()
  try {
    const entries = Array.from({ length: 1_000 }, (_, i) => ({ name: `${i % 10}/${i}`, data: `${i}`.repeat(1_000), method: 8 }))
    await extractZip(await zipOf(...entries), root)
  } finally {
    vi.useRealTimers()
  }
  expect(readdirSync(root, { recursive: true })).toHaveLength(1_010)
  expect(textOf('9/999')).toBe('999'.repeat(1_000))
})
