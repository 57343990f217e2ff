import { hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import JSZip from 'jszip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkUnzippedTotal, checkZip } from '../../../../src/code/zip/check-zip.ts'
import { extractZip } from '../../../../src/code/zip/extract-zip.ts'
import { RuntimeError } from '../../../../src/errors/runtime-error.ts'
import { type HandEntry, handZip, SYMLINK, zip64End, zip64Extra } from '../../../support/zips.ts'

const ok: HandEntry = { name: 'index.mjs', data: 'export const handler = () => 1' }
const zeros = Buffer.alloc(1_000_000)
const link = (name: string, target: string): HandEntry => ({ name, data: target, mode: SYMLINK })
const cut = (bytes: Uint8Array, count: number): Uint8Array => bytes.subarray(0, bytes.length - count)
const flipped = (bytes: Uint8Array, at: number): Uint8Array => Buffer.from(bytes).fill(bytes[at]! ^ 0xff, at, at + 1)
const ofSize = (size: number): HandEntry => ({ name: 'big', method: 8, packed: deflateRawSync(zeros), size })

/** What is wrong → the ZIP, and the reason that is given. */
const malformed: Record<string, [Uint8Array, string]> = {
  'name with ..': [handZip([ok, { name: '../evil' }]), 'leaves the folder that it is unpacked into'],
  'name with .. inside': [handZip([ok, { name: 'a/../../evil' }]), 'leaves the folder that it is unpacked into'],
  'name that is ..': [handZip([ok, { name: '..' }]), 'leaves the folder that it is unpacked into'],
  'folder that is ../': [handZip([ok, { name: '../', mode: 0o040755 }]), 'leaves the folder that it is unpacked into'],
  'absolute path': [handZip([ok, { name: '/etc/cron.d/evil' }]), 'has an absolute path'],
  backslashes: [handZip([ok, { name: '..\\evil' }]), 'has a backslash in its name: use a tool that writes "/" between folders'],
  'drive letter': [handZip([ok, { name: 'C:/evil' }]), 'has a drive letter in its path'],
  'drive-relative path': [handZip([ok, { name: 'c:evil' }]), 'has a drive letter in its path'],
  'NUL in a name': [handZip([ok, { name: 'a\0.mjs' }]), 'has a NUL in its name'],
  'empty name': [handZip([ok, { name: '' }]), 'has no name'],
  'name that is only a dot': [handZip([ok, { name: '.' }]), 'has no name'],
  'name that is not UTF-8': [handZip([ok, { name: Uint8Array.of(0xff, 0xfe) }]), 'has a name that is not UTF-8'],
  'name that is too long': [handZip([ok, { name: 'a'.repeat(256) }]), 'has a name that is too long for a file'],
  'symlink out of the root': [
    handZip([ok, link('l', '../../etc')]),
    'is a symlink that leaves the folder it is unpacked into, to "../../etc"',
  ],
  'absolute symlink': [handZip([ok, link('l', '/etc/passwd')]), 'is a symlink to an absolute path, "/etc/passwd"'],
  'symlink to a drive': [handZip([ok, link('l', 'C:\\Windows')]), 'is a symlink whose target has a NUL or a backslash'],
  'symlink without a target': [handZip([ok, link('l', '')]), 'is a symlink without a target'],
  'symlink by way of a folder that is one': [
    handZip([ok, link('p/q/d', '../..'), link('l', 'p/q/d/../x')]),
    'is a symlink that leaves the folder it is unpacked into, to "p/q/d/../x"',
  ],
  'symlink by way of one in another case': [
    handZip([ok, link('p/q/d', '../..'), link('l', 'p/q/D/../x')]),
    'is a symlink that leaves the folder it is unpacked into, to "p/q/D/../x"',
  ],
  'symlinks in a circle': [handZip([ok, link('a', 'b/x'), link('b', 'a/x')]), 'is a symlink that leads to itself'],
  'file beneath a symlink': [handZip([ok, link('d', '.'), { name: 'd/evil' }]), 'lies beneath a symlink, "d"'],
  'file beneath a symlink that comes later': [handZip([{ name: 'd/evil' }, link('d', 'x')]), 'lies beneath a symlink, "d"'],
  'symlink and file that differ in case': [
    handZip([link('Data', 'x'), { name: 'data' }]),
    'is a symlink, or hides one, of the same name in another case: "Data"',
  ],
  'character device': [handZip([ok, { name: 'null', mode: 0o020666 }]), 'is a character device, not a file'],
  'block device': [handZip([ok, { name: 'sda', mode: 0o060660 }]), 'is a block device, not a file'],
  FIFO: [handZip([ok, { name: 'pipe', mode: 0o010644 }]), 'is a FIFO, not a file'],
  socket: [handZip([ok, { name: 'socket', mode: 0o140644 }]), 'is a socket, not a file'],
  'file with a folder’s name': [handZip([ok, { name: 'a/', mode: 0o100644 }]), 'has the name of a folder and the type of a file'],
  'folder with contents': [handZip([ok, { name: 'a/', mode: 0o040755, data: 'x' }]), 'is a folder with contents'],
  'same file twice': [handZip([ok, ok]), 'is there twice'],
  'same file twice, written differently': [handZip([ok, { name: './index.mjs' }]), 'is there twice'],
  'file and folder of one name': [handZip([{ name: 'a' }, { name: 'a/', mode: 0o040755 }]), 'is there twice'],
  'file beneath a file': [handZip([{ name: 'a' }, { name: 'a/b' }]), 'lies beneath a file, "a"'],
  'more bytes than declared': [
    handZip([{ name: 'bomb', method: 8, data: zeros, size: 10, local: { size: 10 } }]),
    'unpacks to more than the 10 bytes that it declares',
  ],
  'fewer bytes than declared': [handZip([ofSize(2_000_000)]), 'unpacks to 1000000 bytes, but declares 2000000'],
  'declared over the limit': [handZip([ofSize(262_144_001)]), 'declares 262144001 bytes'],
  'declared over the limit together': [
    handZip([ofSize(200_000_000), { ...ofSize(62_144_001), name: 'b' }]),
    'declares 262144001 bytes',
  ],
  'ZIP64 size of petabytes': [
    handZip([{ ...ofSize(0xffffffff), extra: zip64Extra(2 ** 50) }]),
    'declares 1125899906842624 bytes',
  ],
  'entries that share bytes': [
    handZip([
      { name: 'a', data: zeros, method: 8 },
      { name: 'a', data: zeros, method: 8, localOffset: 0 },
    ]),
    'shares bytes with "a"',
  ],
  'zipped over the limit': [new Uint8Array(52_428_801), 'has 52428801 bytes'],
  'empty file': [new Uint8Array(), 'is empty'],
  'a few bytes': [Buffer.from('PK\x03\x04'), 'has 4 bytes, too few for a ZIP'],
  text: [
    Buffer.from('export const handler = () => 1 // no ZIP at all'),
    'has no end-of-central-directory record: it is cut short, has bytes after its end, or is no ZIP',
  ],
  'no entries': [handZip([]), 'has no entries'],
  'only folders': [handZip([{ name: 'a/', mode: 0o040755 }]), 'has no files'],
  'cut short': [
    cut(handZip([ok]), 30),
    'has no end-of-central-directory record: it is cut short, has bytes after its end, or is no ZIP',
  ],
  'bytes after the end': [
    handZip([ok], { after: Buffer.from('x') }),
    'has no end-of-central-directory record: it is cut short, has bytes after its end, or is no ZIP',
  ],
  'bytes cut from the front': [handZip([ok]).subarray(1), 'has a central directory that is not where its end record says'],
  'more entries announced than there are': [
    handZip([ok], { end: { entries: 2 } }),
    'says it has 2 entries, more than its central directory can hold',
  ],
  'fewer entries announced than there are': [
    handZip([ok, { name: 'b' }], { end: { entries: 1 } }),
    'has 47 bytes more in its central directory than its 1 entries take',
  ],
  'part of a split ZIP': [handZip([ok], { end: { disk: 1 } }), 'is one part of a ZIP that was split'],
  'wrong CRC': [handZip([{ ...ok, crc: 1 }]), 'is damaged: its CRC-32 differs'],
  'a flipped bit in stored data': [flipped(handZip([ok]), 45), 'is damaged: its CRC-32 differs'],
  'deflated data cut short': [
    handZip([{ name: 'a', method: 8, packed: deflateRawSync(zeros).subarray(0, 100), size: 1_000_000 }]),
    'is damaged: unexpected end of file',
  ],
  'deflated data that is noise': [
    handZip([{ name: 'a', method: 8, packed: Buffer.alloc(20, 0xff), size: 100 }]),
    'is damaged: invalid block type',
  ],
  'bytes after deflated data': [
    handZip([
      { name: 'a', method: 8, data: 'abc', packed: Buffer.concat([deflateRawSync(Buffer.from('abc')), Buffer.from('hidden')]) },
    ]),
    'has bytes after the end of its data',
  ],
  'data beyond the end': [
    handZip([{ ...ok, compressedSize: 60_000, size: 60_000 }]),
    'reaches beyond the end of the data: the ZIP is cut short or damaged',
  ],
  'stored with two sizes': [handZip([{ ...ok, size: 10 }]), 'is stored, but has two sizes'],
  encrypted: [handZip([{ ...ok, flags: 1 }]), 'is encrypted'],
  'strongly encrypted': [handZip([{ ...ok, flags: 0x41 }]), 'is encrypted'],
  'compressed with Zstandard': [
    handZip([{ ...ok, method: 93 }]),
    "is compressed with Zstandard; Lambda's ZIPs are stored or deflated",
  ],
  'compressed with what nobody knows': [
    handZip([{ ...ok, method: 77 }]),
    "is compressed with method 77; Lambda's ZIPs are stored or deflated",
  ],
  'other name in the local header': [handZip([{ ...ok, local: { name: '../evil' } }]), 'is called "../evil" in its local header'],
  'other method in the local header': [
    handZip([{ ...ok, local: { method: 8 } }]),
    'has a local header that contradicts the central directory',
  ],
  'encrypted by the local header': [
    handZip([{ ...ok, local: { flags: 1 } }]),
    'has a local header that contradicts the central directory',
  ],
  'other sizes in the local header': [
    handZip([{ ...ok, local: { size: 1 } }]),
    'has other sizes in its local header than in the central directory',
  ],
  'no local header': [handZip([{ ...ok, localOffset: 5 }]), 'has no local header where the central directory says'],
  'local header beyond the end': [
    handZip([{ ...ok, localOffset: 1_000_000 }]),
    'has no local header where the central directory says',
  ],
  'ZIP64 field that is missing': [handZip([{ ...ok, size: 0xffffffff }]), 'needs a ZIP64 field that it does not have'],
  'ZIP64 field that is too short': [
    handZip([{ ...ok, size: 0xffffffff, compressedSize: 0xffffffff, extra: zip64Extra(30) }]),
    'needs a ZIP64 field that it does not have',
  ],
  'ZIP64 record that contradicts the plain one': [
    handZip([ok], { beforeEnd: at => zip64End({ ...at, entries: 2 }, at.offset + at.size) }),
    'has a ZIP64 record that contradicts its plain one',
  ],
  'ZIP64 locator to nowhere': [
    handZip([ok], { beforeEnd: at => zip64End(at, 3) }),
    'has a ZIP64 locator that points at no ZIP64 record',
  ],
  'ZIP64 locator beyond all': [
    handZip([ok], { beforeEnd: at => zip64End(at, 2 ** 60) }),
    'has a ZIP64 locator that points at no ZIP64 record',
  ],
  'ZIP64 record of the wrong length': [
    handZip([ok], { beforeEnd: at => zip64End(at, at.offset + at.size, 2 ** 40) }),
    'has a ZIP64 record of the wrong length',
  ],
}

describe('malformed', () => {
  let parent: string
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'lambda-fixtures-zips-'))
    mkdirSync(join(parent, 'task'))
  })
  afterEach(() => rmSync(parent, { recursive: true }))

  test.for(Object.entries(malformed))('%s: refused, nothing written', async ([, [bytes, reason]]) => {
    const error = await checkZip(bytes, 'code').catch((error: unknown) => error as RuntimeError)
    expect(error).toBeInstanceOf(RuntimeError)
    expect(error).toMatchObject({ code: 'ZIP_EXTRACTION_FAILED', data: { what: 'code', reason } })

    // Even where the check was skipped, unpacking writes nothing.
    await expect(extractZip({ bytes, sha256: hash('sha256', bytes) }, join(parent, 'task'))).rejects.toThrow(
      reason === 'has 52428801 bytes' ? /end-of-central/ : reason,
    )
    expect(readdirSync(parent, { recursive: true })).toEqual(['task'])
  })

  test('says it in AWS’s words, and which entry', async () => {
    const message = (bytes: Uint8Array) => checkZip(bytes, 'layers[0]').catch((error: Error) => error.message)
    expect(await message(handZip([{ name: '../evil' }]))).toMatchInlineSnapshot(
      `"layers[0]: Could not unzip uploaded file. Please check your file, then try to upload again. Its entry "../evil" leaves the folder that it is unpacked into."`,
    )
    expect(await message(Buffer.from('not a zip, but long enough'))).toMatchInlineSnapshot(
      `"layers[0]: Could not unzip uploaded file. Please check your file, then try to upload again. It has no end-of-central-directory record: it is cut short, has bytes after its end, or is no ZIP."`,
    )
    expect(await message(handZip([]))).toMatchInlineSnapshot(
      `"layers[0]: Uploaded file must be a non-empty zip. It has no entries."`,
    )
    expect(await message(handZip([ofSize(262_144_001)]))).toMatchInlineSnapshot(
      `"layers[0]: Unzipped size must be smaller than 262144000 bytes. It declares 262144001 bytes."`,
    )
    expect(await message(new Uint8Array(52_428_801))).toMatchInlineSnapshot(
      `"layers[0]: Zipped size must be smaller than 52428800 bytes. It has 52428801 bytes."`,
    )
  })

  test('a header that lies about its size costs no memory', async () => {
    const bomb = deflateRawSync(Buffer.alloc(200_000_000))
    const zip = handZip([{ name: 'bomb', method: 8, packed: bomb, size: 100_000 }])
    const before = process.memoryUsage().rss
    await expect(checkZip(zip, 'code')).rejects.toThrow('unpacks to more than the 100000 bytes that it declares')
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
  })
})

describe('accepted', () => {
  test('what jszip writes, stored and deflated', async () => {
    for (const compression of ['STORE', 'DEFLATE'] as const) {
      const zip = new JSZip().file('index.mjs', 'export const handler = () => 1').file('lib/ä.json', '{}')
      const bytes = await zip.generateAsync({ type: 'uint8array', compression, platform: 'UNIX' })
      expect((await checkZip(bytes, 'code')).bytes).toBe(bytes)
    }
  })

  test('entries whose sizes follow their data, as streaming tools write them', async () => {
    const bytes = await new JSZip().file('a', 'b').generateAsync({ type: 'uint8array', streamFiles: true })
    await expect(checkZip(bytes, 'code')).resolves.toMatchObject({ bytes })
  })

  test('ZIP64 headers that say the truth, bytes before the ZIP, a comment with an end record', async () => {
    const wide = handZip(
      [
        {
          ...ok,
          size: 0xffffffff,
          compressedSize: 0xffffffff,
          local: { size: 0xffffffff, compressedSize: 0xffffffff },
          extra: zip64Extra(30, 30),
        },
      ],
      {
        beforeEnd: at => zip64End(at, at.offset + at.size),
      },
    )
    await expect(checkZip(wide, 'code')).resolves.toBeDefined()
    await expect(checkZip(handZip([ok], { before: Buffer.from('#!/usr/bin/env python3\n') }), 'code')).resolves.toBeDefined()
    await expect(checkZip(handZip([ok], { comment: 'PK\x05\x06'.padEnd(40, 'x') }), 'code')).resolves.toBeDefined()
  })

  test('a folder that is listed twice, and the root itself', async () => {
    const folder = { name: 'lib/', mode: 0o040755 }
    await expect(checkZip(handZip([{ name: './', mode: 0o040755 }, folder, folder, ok]), 'code')).resolves.toBeDefined()
  })

  test('code and layers up to AWS’s total', async () => {
    const half = await checkZip(handZip([{ name: 'half', method: 8, data: Buffer.alloc(131_072_000) }]), 'code')
    await expect(checkUnzippedTotal(half, [half])).resolves.toBeUndefined()
    const byte = await checkZip(handZip([{ name: 'byte', data: '1' }]), 'layers[1]')
    await expect(checkUnzippedTotal(half, [half, byte])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RuntimeError: code and layers: Unzipped size must be smaller than 262144000 bytes. It has 262144001 bytes with all layers.]`,
    )
  })
})
