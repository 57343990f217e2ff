import { expect, test } from 'vitest'
import { podFiles } from '../../../../../src/backends/kubernetes/pod/pod-files.ts'
import type { CodeZip, PackageEntry } from '../../../../../src/model/code-package.ts'

const packageOf = (...entries: PackageEntry[]): CodeZip => ({ sha256: '', entries, bytes: async () => new Uint8Array() })
const file = (name: string, text = ''): PackageEntry => ({ name, type: 'file', mode: 0o644, data: Buffer.from(text) })
const folder = (name: string): PackageEntry => ({ name, type: 'directory', mode: 0o555, data: new Uint8Array() })

test('puts code and layers where the init may write, later layers last', () => {
  const files = podFiles(packageOf(file('app.mjs')), [packageOf(file('lib', '1')), packageOf(file('lib', '2'))])
  expect(files.map(({ path }) => path)).toEqual(['/lf-task/app.mjs', '/lf-opt/lib', '/lf-opt/lib'])
  expect(files[2]).toMatchObject({ kind: 'file', mode: 0o644, data: Buffer.from('2') })
})

test('puts folders after their contents, and the deepest first, because they may be read-only', () => {
  const code = packageOf(folder('a'), folder('a/b'), file('a/b/c'), {
    name: 'a/link',
    type: 'symlink',
    mode: 0o777,
    data: Buffer.from('b/c'),
  })
  expect(podFiles(code, [])).toEqual([
    { kind: 'file', path: '/lf-task/a/b/c', mode: 0o644, data: Buffer.alloc(0) },
    { kind: 'link', path: '/lf-task/a/link', target: 'b/c' },
    { kind: 'folder', path: '/lf-task/a/b', mode: 0o555 },
    { kind: 'folder', path: '/lf-task/a', mode: 0o555 },
  ])
})
