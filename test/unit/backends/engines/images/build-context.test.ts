import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, type Header } from 'tar-stream'
import { expect, onTestFinished, test } from 'vitest'
import { digestContext, packContext } from '../../../../../src/backends/engines/images/build-context.ts'

interface TestContext {
  readonly context: string
  readonly dockerfile: string
}

function contextWith(files: Readonly<Record<string, string>>, dockerfile = 'Dockerfile'): TestContext {
  const context = mkdtempSync(join(tmpdir(), 'context-'))
  onTestFinished(() => rmSync(context, { recursive: true }))
  for (const [name, content] of Object.entries({ [dockerfile]: 'FROM scratch', ...files })) {
    mkdirSync(dirname(join(context, name)), { recursive: true })
    writeFileSync(join(context, name), content)
  }
  return { context, dockerfile }
}

async function entriesOf(tar: Readable): Promise<Map<string, { header: Header; content: string }>> {
  const entries = new Map<string, { header: Header; content: string }>()
  const reader = extract()
  tar.pipe(reader)
  for await (const entry of reader) entries.set(entry.header.name, { header: entry.header, content: String(await buffer(entry)) })
  return entries
}

const namesOf = async (context: TestContext): Promise<string[]> => [...(await entriesOf(packContext(context).tar)).keys()]

test('packs files, folders and symbolic links with their modes and contents', async () => {
  const context = contextWith({ 'bin/run.sh': '#!/bin/sh', 'big.bin': 'x'.repeat(1_000_000) })
  chmodSync(join(context.context, 'bin/run.sh'), 0o755)
  symlinkSync('bin/run.sh', join(context.context, 'link'))
  mkdirSync(join(context.context, 'empty'))
  const entries = await entriesOf(packContext(context).tar)
  expect([...entries.keys()]).toEqual(['Dockerfile', 'big.bin', 'bin', 'bin/run.sh', 'empty', 'link'])
  expect(entries.get('bin/run.sh')).toMatchObject({ header: { type: 'file', mode: 0o755 }, content: '#!/bin/sh' })
  expect(entries.get('bin')?.header.type).toBe('directory')
  expect(entries.get('link')?.header).toMatchObject({ type: 'symlink', linkname: 'bin/run.sh' })
  expect(entries.get('big.bin')?.content).toHaveLength(1_000_000)
})

test('leaves out what .dockerignore excludes, and keeps what it includes again', async () => {
  const context = contextWith({
    '.dockerignore': '# comment\n*.log\n**/node_modules\nsecret\n!secret/kept.txt\n',
    'app.mjs': '',
    'a.log': '',
    'lib/node_modules/x/index.js': '',
    'lib/a.log': '',
    'secret/key': '',
    'secret/kept.txt': '',
  })
  expect(await namesOf(context)).toEqual([
    '.dockerignore',
    'Dockerfile',
    'app.mjs',
    'lib',
    'lib/a.log',
    'secret',
    'secret/kept.txt',
  ])
})

test('always packs the Dockerfile', async () => {
  const context = contextWith({ '.dockerignore': '*\n!app.mjs', 'app.mjs': '', 'other.mjs': '' }, 'docker/Dockerfile')
  expect(await namesOf(context)).toEqual(['app.mjs', 'docker', 'docker/Dockerfile'])
})

test('the digest changes with names, contents, modes and link targets, and with nothing else', async () => {
  const files = { a: 'a', b: 'b' }
  const context = contextWith(files)
  symlinkSync('a', join(context.context, 'link'))
  const digests = new Set([await digestContext(context)])
  const changes = [
    (folder: string) => writeFileSync(join(folder, 'a'), 'other'),
    (folder: string) => chmodSync(join(folder, 'b'), 0o755),
    (folder: string) => writeFileSync(join(folder, 'c'), ''),
    (folder: string) => {
      rmSync(join(folder, 'link'))
      symlinkSync('b', join(folder, 'link'))
    },
  ]
  for (const change of changes) {
    change(context.context)
    digests.add(await digestContext(context))
  }
  expect(digests.size).toBe(changes.length + 1)
  const twins = [contextWith(files), contextWith(files)] as const
  utimesSync(join(twins[1].context, 'a'), 1, 1)
  expect(await digestContext(twins[0])).toBe(await digestContext(twins[1]))
})

test('what is sent has the digest of what was read, also when the engine leaves the end unread', async () => {
  const context = contextWith({ a: 'a' })
  const { tar, digest } = packContext(context)
  for await (const _ of tar.iterator({ destroyOnReturn: false })) break
  tar.resume()
  expect(await digest).toBe(await digestContext(context))
})

test('an engine that stops reading ends the packing', async () => {
  const { tar, digest } = packContext(contextWith({ big: 'x'.repeat(3_000_000) }))
  for await (const _ of tar) break
  await expect(digest).rejects.toThrow()
})

test('a file that can’t be packed fails the tar and the digest', async () => {
  const context = contextWith({})
  execFileSync('mkfifo', [join(context.context, 'pipe')])
  const { tar, digest } = packContext(context)
  await expect(buffer(tar)).rejects.toThrow('pipe is neither a file, a folder nor a symbolic link')
  await expect(digest).rejects.toThrow('pipe is neither a file, a folder nor a symbolic link')
  await expect(digestContext(context)).rejects.toThrow('pipe is neither')
})
