import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkTotalSize, createPackage } from '../../../src/code/code-package.ts'
import { readZip } from '../../../src/code/zip/read-zip.ts'
import type { PackageEntry } from '../../../src/model/code-package.ts'

const file = (name: string, data: string | Uint8Array = '', mode = 0o644): PackageEntry => ({
  name,
  type: 'file',
  mode,
  data: Buffer.from(data),
})
const packageOf = (...entries: PackageEntry[]) => createPackage(entries, '/var/task')

test('has the same hash for the same contents in every order, with folders listed or not', async () => {
  const folder: PackageEntry = { name: 'a', type: 'directory', mode: 0o755, data: new Uint8Array() }
  const one = await packageOf(file('a/b', 'x'), file('c'))
  const two = await packageOf(file('c'), folder, file('a/b', 'x'))
  expect(two.sha256).toBe(one.sha256)
  expect(one.sha256).toMatchInlineSnapshot(`"7eac3ce609280cf9d2f84a30571480fc1a594a3c955b4a5b07499d5847776f44"`)
})

test('has another hash if any part of an entry differs', async () => {
  const packages = await Promise.all([
    packageOf(file('a', 'xy')),
    packageOf(file('a', 'x')),
    packageOf(file('b', 'xy')),
    packageOf(file('a', 'xy', 0o755)),
    packageOf({ ...file('a', 'xy'), type: 'symlink', mode: 0o644 }),
    packageOf(file('a', 'x'), file('y')),
    packageOf(file('a', ''), file('b', 'xy')),
    packageOf(file('a', 'xy'), { ...file('d'), type: 'directory', mode: 0o755 }),
  ])
  expect(new Set(packages.map(({ sha256 }) => sha256)).size).toBe(packages.length)
})

test('makes the same ZIP each time, with everything that the entries have', async () => {
  const entries = [
    file('bootstrap', '#!/bin/sh', 0o755),
    file('lib/ä.txt', 'x'),
    file('0'),
    { ...file('link', 'lib/ä.txt'), type: 'symlink', mode: 0o777 } as const,
  ]
  const [one, two] = [await packageOf(...entries), await packageOf(...entries)]
  expect(await one.bytes()).toEqual(await two.bytes())
  expect(await one.bytes()).toBe(await one.bytes())
  const again = await readZip(await one.bytes(), '/var/task')
  expect(again.entries.map(entry => ({ ...entry, data: Buffer.from(entry.data) }))).toEqual(
    one.entries.map(entry => ({ ...entry, data: Buffer.from(entry.data) })),
  )
})

test('makes a ZIP that another program reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-zip-'))
  try {
    const { bytes } = await packageOf(file('a/b', 'text'), file('run', '', 0o755))
    writeFileSync(join(folder, 'a.zip'), await bytes())
    const script = `import zipfile; z = zipfile.ZipFile('a.zip'); print(z.testzip(), [(i.filename, oct(i.external_attr >> 16)) for i in z.infolist()])`
    expect(execFileSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8' }).trim()).toBe(
      "None [('a/', '0o40755'), ('a/b', '0o100644'), ('run', '0o100755')]",
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('compresses its ZIP if AWS would refuse it otherwise', async () => {
  const { bytes } = await packageOf(file('large.bin', Buffer.alloc(48_000_000)))
  expect((await bytes()).length).toBeLessThan(1_000_000)
})

test('makes no ZIP of more entries than jszip can count', async () => {
  const { entries, bytes } = await packageOf(...Array.from({ length: 70_000 }, (_, i) => file(`${i}`)))
  expect(entries).toHaveLength(70_000)
  await expect(bytes()).rejects.toMatchObject({
    code: 'ZIP_EXTRACTION_FAILED',
    message: "A ZIP of 70000 files and folders can't be written: the limit is 65535. Give a ZIP as code.",
  })
})

test('holds code and layers together to AWS’s limit', async () => {
  const half = await packageOf(file('half', Buffer.alloc(131_072_000)))
  expect(() => checkTotalSize(half, [half])).not.toThrow()
  const byte = await packageOf(file('byte', '1'))
  expect(() => checkTotalSize(half, [half, byte])).toThrowErrorMatchingInlineSnapshot(
    `[RuntimeError: code and layers: Unzipped size must be smaller than 262144000 bytes. It has 262144001 bytes with all layers.]`,
  )
})
