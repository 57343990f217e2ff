import { crc32, deflateRawSync } from 'node:zlib'
import JSZip from 'jszip'
import { describe, expect, test, vi } from 'vitest'
import { PackageFault } from '../../../../src/code/package-fault.ts'
import { readZip } from '../../../../src/code/zip/read-zip.ts'
import { type HandEntry, handZip, SYMLINK, zip64End, zip64Extra } from '../../../support/zips.ts'

const ok: HandEntry = { name: 'index.mjs', data: 'export const handler = () => 1' }
const zeros = Buffer.alloc(1_000_000)
const link = (name: string, target: string): HandEntry => ({ name, data: target, mode: SYMLINK })
const cut = (bytes: Uint8Array, count: number): Uint8Array => bytes.subarray(0, bytes.length - count)
const flipped = (bytes: Uint8Array, at: number): Uint8Array => Buffer.from(bytes).fill(bytes[at]! ^ 0xff, at, at + 1)
const ofSize = (size: number): HandEntry => ({ name: 'big', method: 8, packed: deflateRawSync(zeros), size })

/** What is wrong → the ZIP, and the reason that is given. */
const malformed: Record<string, [Uint8Array, string]> = {
  'name with ..': [handZip([ok, { name: '../evil' }]), 'has ".." in its path'],
  'name with .. inside': [handZip([ok, { name: 'a/../../evil' }]), 'has ".." in its path'],
  'name that is ..': [handZip([ok, { name: '..' }]), 'has ".." in its path'],
  'folder that is ../': [handZip([ok, { name: '../', mode: 0o040755 }]), 'has ".." in its path'],
  'absolute path': [handZip([ok, { name: '/etc/cron.d/evil' }]), 'has an absolute path'],
  backslashes: [handZip([ok, { name: '..\\evil' }]), 'has a backslash in its name: use a tool that writes "/" between folders'],
  'drive letter': [handZip([ok, { name: 'C:/evil' }]), 'has a drive letter in its path'],
  'drive-relative path': [handZip([ok, { name: 'c:evil' }]), 'has a drive letter in its path'],
  'NUL in a name': [handZip([ok, { name: 'a\0.mjs' }]), 'has a NUL in its name'],
  'empty name': [handZip([ok, { name: '' }]), 'has no name'],
  'name that is only a dot': [handZip([ok, { name: '.' }]), 'has no name'],
  'name that is not UTF-8': [handZip([ok, { name: Uint8Array.of(0xff, 0xfe) }]), 'has a name that is not UTF-8'],
  'name that is too long': [handZip([ok, { name: 'a'.repeat(256) }]), 'has a name of more than 255 bytes in its path'],
  'file beneath a symlink': [handZip([ok, link('d', '.'), { name: 'd/evil' }]), 'is inside "d", which is a symlink'],
  'file beneath a symlink that comes later': [handZip([{ name: 'd/evil' }, link('d', 'x')]), 'is inside "d", which is a symlink'],
  'character device': [handZip([ok, { name: 'null', mode: 0o020666 }]), 'is not a file, a folder or a symlink'],
  'block device': [handZip([ok, { name: 'sda', mode: 0o060660 }]), 'is not a file, a folder or a symlink'],
  FIFO: [handZip([ok, { name: 'pipe', mode: 0o010644 }]), 'is not a file, a folder or a symlink'],
  socket: [handZip([ok, { name: 'socket', mode: 0o140644 }]), 'is not a file, a folder or a symlink'],
  'file with a folder’s name': [
    handZip([ok, { name: 'a/', mode: 0o100644 }]),
    'has the name of a folder, but the type of a file',
  ],
  'folder with contents': [handZip([ok, { name: 'a/', mode: 0o040755, data: 'x' }]), 'is a folder, but has contents'],
  'same file twice': [handZip([ok, ok]), 'occurs twice'],
  'same file twice, written differently': [handZip([ok, { name: './index.mjs' }]), 'occurs twice'],
  'file and folder of one name': [handZip([{ name: 'a' }, { name: 'a/', mode: 0o040755 }]), 'occurs twice'],
  'file beneath a file': [handZip([{ name: 'a' }, { name: 'a/b' }]), 'is inside "a", which is a file'],
  'more bytes than declared': [
    handZip([{ name: 'bomb', method: 8, data: zeros, size: 10, local: { size: 10 } }]),
    'unpacks to more than the 10 bytes that it declares',
  ],
  'fewer bytes than declared': [handZip([ofSize(2_000_000)]), 'is damaged: it unpacks to 1000000 bytes, but declares 2000000'],
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
    'overlaps "a"',
  ],
  'zipped over the limit': [new Uint8Array(52_428_801), 'has 52428801 bytes'],
  'empty file': [new Uint8Array(), 'is empty'],
  'a few bytes': [Buffer.from('PK\x03\x04'), 'has 4 bytes, which is too short for a ZIP'],
  text: [
    Buffer.from('export const handler = () => 1 // no ZIP at all'),
    'has no end-of-central-directory record: it is cut short, has bytes after its end, or is not a ZIP',
  ],
  'no entries': [handZip([]), 'has no entries'],
  'only folders': [handZip([{ name: 'a/', mode: 0o040755 }]), 'has no files'],
  'cut short': [
    cut(handZip([ok]), 30),
    'has no end-of-central-directory record: it is cut short, has bytes after its end, or is not a ZIP',
  ],
  'bytes after the end': [
    handZip([ok], { after: Buffer.from('x') }),
    'has no end-of-central-directory record: it is cut short, has bytes after its end, or is not a ZIP',
  ],
  'bytes cut from the front': [handZip([ok]).subarray(1), 'has a central directory that is not where its end record says'],
  'more entries announced than there are': [
    handZip([ok], { end: { entries: 2 } }),
    'declares 2 entries, more than its central directory has space for',
  ],
  'fewer entries announced than there are': [
    handZip([ok, { name: 'b' }], { end: { entries: 1 } }),
    'has 47 more bytes in its central directory than its 1 entries need',
  ],
  'part of a split ZIP': [handZip([ok], { end: { disk: 1 } }), 'is one part of a split ZIP'],
  'wrong CRC': [handZip([{ ...ok, crc: 1 }]), 'is damaged: its CRC-32 differs'],
  'a flipped bit in stored data': [flipped(handZip([ok]), 45), 'is damaged: its CRC-32 differs'],
  'deflated data cut short': [
    handZip([{ name: 'a', method: 8, packed: deflateRawSync(zeros).subarray(0, 100), size: 1_000_000 }]),
    'is damaged: it unpacks to 81920 bytes, but declares 1000000',
  ],
  'deflated data that is noise': [
    handZip([{ name: 'a', method: 8, packed: Buffer.alloc(20, 0xff), size: 100 }]),
    'is damaged: it unpacks to 0 bytes, but declares 100',
  ],
  'data beyond the end': [
    handZip([{ ...ok, compressedSize: 60_000, size: 60_000 }]),
    'reaches beyond the end of the data: the ZIP is cut short or damaged',
  ],
  'stored with two sizes': [handZip([{ ...ok, size: 10 }]), 'is not compressed, but has two different sizes'],
  encrypted: [handZip([{ ...ok, flags: 1 }]), 'is encrypted'],
  'strongly encrypted': [handZip([{ ...ok, flags: 0x41 }]), 'is encrypted'],
  'compressed with Zstandard': [
    handZip([{ ...ok, method: 93 }]),
    "is compressed with method 93, but Lambda's ZIPs are stored or deflated",
  ],
  'compressed with what nobody knows': [
    handZip([{ ...ok, method: 77 }]),
    "is compressed with method 77, but Lambda's ZIPs are stored or deflated",
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
    'has different sizes in its local header and in the central directory',
  ],
  'no local header': [handZip([{ ...ok, localOffset: 5 }]), 'has no local header where the central directory says that it is'],
  'local header beyond the end': [
    handZip([{ ...ok, localOffset: 1_000_000 }]),
    'has no local header where the central directory says that it is',
  ],
  'ZIP64 field that is missing': [handZip([{ ...ok, size: 0xffffffff }]), 'needs a ZIP64 field, but has none'],
  'ZIP64 field that is too short': [
    handZip([{ ...ok, size: 0xffffffff, compressedSize: 0xffffffff, extra: zip64Extra(30) }]),
    'needs a ZIP64 field, but has none',
  ],
  'ZIP64 record that contradicts the plain one': [
    handZip([ok], { beforeEnd: at => zip64End({ ...at, entries: 2 }, at.offset + at.size) }),
    'has a ZIP64 end record that contradicts its plain end record',
  ],
  'ZIP64 locator to nowhere': [
    handZip([ok], { beforeEnd: at => zip64End(at, 3) }),
    'has a ZIP64 locator that does not point at a ZIP64 record',
  ],
  'ZIP64 locator beyond all': [
    handZip([ok], { beforeEnd: at => zip64End(at, 2 ** 60) }),
    'has a ZIP64 locator that does not point at a ZIP64 record',
  ],
  'other name in the Unicode path field': [
    handZip([{ name: 'a', data: 'abc', method: 8, flags: 0, extra: unicodePath('a', 'b') }]),
    'has another name in an extra field, or is a folder for MS-DOS',
  ],
  'ZIP64 record of the wrong length': [
    handZip([ok], { beforeEnd: at => zip64End(at, at.offset + at.size, 2 ** 40) }),
    'has a ZIP64 record of the wrong length',
  ],
}

describe('refuses a malformed ZIP', () => {
  test.for(Object.entries(malformed))('%s', async ([, [bytes, reason]]) => {
    const fault = await readZip(bytes, '/var/task').catch((error: unknown) => error as PackageFault)
    expect(fault).toBeInstanceOf(PackageFault)
    expect((fault as PackageFault).message).toBe(reason)
  })

  test('needs no memory for a header that lies about its size', async () => {
    const bomb = deflateRawSync(Buffer.alloc(200_000_000))
    const zip = handZip([{ name: 'bomb', method: 8, packed: bomb, size: 100_000 }])
    const before = process.memoryUsage().rss
    await expect(readZip(zip, '/var/task')).rejects.toThrow('unpacks to more than the 100000 bytes that it declares')
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
  })
})

describe('refuses at once what would take minutes to read', () => {
  test.for([
    ['a symlink of 200,000 steps', [{ name: 'l', data: 'a/'.repeat(200_000), mode: SYMLINK, method: 8 }], 'more than 4095 bytes'],
    [
      '2,000 names of 1,900 levels',
      Array.from({ length: 2_000 }, (_, i) => ({ name: `${i}/${'a/'.repeat(1_900)}f` })),
      'has too many deeply nested folders',
    ],
    [
      '2,000 names that are too long',
      Array.from({ length: 2_000 }, () => ({ name: `${'a/'.repeat(2_500)}f` })),
      'more than 4095 bytes',
    ],
  ] as const)('%s', async ([, entries, reason]) => {
    await expect(readZip(handZip(entries as readonly HandEntry[]), '/var/task')).rejects.toThrow(reason)
  })
})

describe('accepts', () => {
  const namesOf = async (zip: Uint8Array) => (await readZip(zip, '/var/task')).entries.map(({ name, type }) => `${type} ${name}`)

  test('what jszip writes, stored and deflated, and keeps its bytes', async () => {
    for (const compression of ['STORE', 'DEFLATE'] as const) {
      const zip = new JSZip().file('index.mjs', 'export const handler = () => 1').file('lib/ä.json', '{}')
      const bytes = await zip.generateAsync({ type: 'uint8array', compression, platform: 'UNIX' })
      const read = await readZip(bytes, '/var/task')
      expect(await read.bytes()).toBe(bytes)
      expect(read.entries.map(({ name, data }) => [name, Buffer.from(data).toString()])).toEqual([
        ['index.mjs', 'export const handler = () => 1'],
        ['lib', ''],
        ['lib/ä.json', '{}'],
      ])
    }
  })

  test('entries whose sizes follow their data, as streaming tools write them', async () => {
    const bytes = await new JSZip()
      .file('a', 'b')
      .generateAsync({ type: 'uint8array', streamFiles: true, compression: 'DEFLATE' })
    expect(await namesOf(bytes)).toEqual(['file a'])
  })

  test('ZIP64 headers, bytes before the ZIP, and a comment with an end record, stored and deflated', async () => {
    for (const method of [0, 8]) {
      const packed = method === 8 ? deflateRawSync(Buffer.from(ok.data as string)) : Buffer.from(ok.data as string)
      const wide = {
        size: 0xffffffff,
        compressedSize: 0xffffffff,
        local: { size: 0xffffffff, compressedSize: 0xffffffff },
        extra: zip64Extra(30, packed.length),
      }
      const zip = handZip([{ ...ok, method, ...wide }], { beforeEnd: at => zip64End(at, at.offset + at.size) })
      expect(await namesOf(zip)).toEqual(['file index.mjs'])
      const deflated = { ...ok, method }
      expect(await namesOf(handZip([deflated], { before: Buffer.from('#!/usr/bin/env python3\n') }))).toEqual(['file index.mjs'])
      expect(await namesOf(handZip([deflated], { comment: 'PK\x05\x06'.padEnd(40, 'x') }))).toEqual(['file index.mjs'])
    }
  })

  test('a folder that is listed twice, the root itself, and files before their folder', async () => {
    const folder = { name: 'lib/', mode: 0o040755 }
    const zip = handZip([{ name: './', mode: 0o040755 }, { name: 'lib/deep/b' }, folder, folder, { name: 'lib-a' }, ok])
    expect(await namesOf(zip)).toEqual(['file index.mjs', 'directory lib', 'directory lib/deep', 'file lib/deep/b', 'file lib-a'])
  })

  test('a file named like a property of every object', async () => {
    expect(await namesOf(handZip([{ name: '__proto__', data: 'x', method: 8 }]))).toEqual(['file __proto__'])
  })
})

test('lets functions that share a layer share its files', async () => {
  const bytes = handZip([{ name: 'shared', data: 'x'.repeat(100), method: 8 }])
  const [one, two] = await Promise.all([readZip(bytes, '/opt'), readZip(Buffer.from(bytes), '/opt')])
  expect(two.entries).toBe(one.entries)
  expect((await readZip(bytes, '/opt')).entries).toBe(one.entries)
})

test('reads under fake timers, even if jszip is loaded under them', async () => {
  vi.resetModules()
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
  try {
    const fresh = await import('../../../../src/code/zip/read-zip.ts')
    const { entries } = await fresh.readZip(handZip([{ name: 'a', data: 'x'.repeat(100_000), method: 8 }]), '/var/task')
    expect(entries[0]?.data).toHaveLength(100_000)
  } finally {
    vi.useRealTimers()
  }
})

/** Info-ZIP's extra field with the name in UTF-8, which counts if the header's name has the given CRC. */
function unicodePath(header: string, name: string): Uint8Array {
  const field = Buffer.alloc(9 + name.length)
  field.writeUInt16LE(0x7075, 0)
  field.writeUInt16LE(5 + name.length, 2)
  field.writeUInt8(1, 4)
  field.writeUInt32LE(crc32(header), 5)
  field.write(name, 9)
  return field
}
