import { describe, expect, test } from 'vitest'
import { checkSymlinks, type PackageRoot } from '../../../src/code/check-symlinks.ts'
import type { PackageFault } from '../../../src/code/package-fault.ts'
import type { PackageEntry } from '../../../src/model/code-package.ts'

const link = (name: string, target: string): PackageEntry => ({ name, type: 'symlink', mode: 0o777, data: Buffer.from(target) })
const file = (name: string): PackageEntry => ({ name, type: 'file', mode: 0o644, data: Buffer.alloc(0) })
function outcome(entries: readonly PackageEntry[], root: PackageRoot = '/var/task'): string {
  try {
    checkSymlinks(entries, root)
    return 'fine'
  } catch (fault) {
    const { entry, message } = fault as PackageFault
    return `${entry ?? 'it'} ${message}`
  }
}
/** `first` leads to `last` through this many symlinks. */
const chain = (length: number): PackageEntry[] =>
  Array.from({ length }, (_, i) => link(`${i}`, i === length - 1 ? 'end' : `${i + 1}`))

describe('accepts a symlink', () => {
  test.for<[string, PackageEntry[], PackageRoot?]>([
    ['within the package', [link('a/b', '../c/d'), file('c/d')]],
    ['to what does not exist', [link('a', 'b/../c')]],
    ['to the root', [link('a/b', '..')]],
    ['into the layers', [link('node_modules', '/opt/nodejs/node_modules')]],
    ['into the code, from a layer', [link('nodejs/code', '/var/task')], '/opt'],
    ['into /tmp', [link('cache', '/tmp/cache')]],
    ['into the layers, by a relative path', [link('a', '../../opt/b')]],
    ['that leaves and comes back', [link('a', '/var/task/../../opt/../tmp/./x')]],
    ['through another one', [link('a', 'd/../tmp/x'), link('d', '/opt/deep')], '/opt'],
    ['through 40', chain(40)],
  ])('%s', ([, entries, root]) => {
    expect(outcome(entries, root)).toBe('fine')
  })
})

describe('refuses a symlink', () => {
  const stray = (target: string): string =>
    `is a symlink that leads out of the function's folders, to ${JSON.stringify(target)}: put a copy of its target in its place`
  const circle = 'is a symlink that leads through more than 40 symlinks, or to itself'

  test.for<[string, PackageEntry[], string, PackageRoot?]>([
    ['out of the root', [link('l', '../../etc')], `l ${stray('../../etc')}`],
    ['beside the root', [link('l', '../tasks/x')], `l ${stray('../tasks/x')}`],
    ['out of a layer', [link('l', '../x')], `l ${stray('../x')}`, '/opt'],
    ['to an absolute path', [link('l', '/etc/passwd')], `l ${stray('/etc/passwd')}`],
    ['to an absolute path by way of /opt', [link('l', '/opt/../etc')], `l ${stray('/opt/../etc')}`],
    ['to a path that begins like /opt', [link('l', '/optional')], `l ${stray('/optional')}`],
    ['to /', [link('l', '/')], `l ${stray('/')}`],
    ['by way of a folder that is one', [link('p/q/d', '../..'), link('l', 'p/q/d/../x')], `l ${stray('p/q/d/../x')}`],
    ['by way of one into /opt', [link('d', '/opt'), link('l', 'd/../etc')], `l ${stray('d/../etc')}`],
    ['in a circle', [link('a', 'b/x'), link('b', 'a/x')], `a ${circle}`],
    ['to itself', [link('a', 'a')], `a ${circle}`],
    ['through 41', chain(41), `0 ${circle}`],
    ['without a target', [link('l', '')], 'l is a symlink that has no target'],
    ['to a Windows path', [link('l', 'a\\b')], 'l is a symlink that has a target with a NUL, a backslash or a drive letter'],
    ['to a drive', [link('l', 'C:/Windows')], 'l is a symlink that has a target with a NUL, a backslash or a drive letter'],
    ['to a path that is too long', [link('l', 'a/'.repeat(2_048))], 'l is a symlink that has a target of more than 4095 bytes'],
  ])('%s', ([, entries, expected, root]) => {
    expect(outcome(entries, root)).toBe(expected)
  })
})

test('refuses targets that would take minutes to follow', () => {
  const far = Array.from({ length: 40 }, (_, i) => link(`${i}`, `${i === 0 ? '' : `${i - 1}/`}${'x/'.repeat(1_000)}`))
  expect(outcome(far)).toBe('2 is a symlink that leads to a path of more than 4095 bytes')
  const many = Array.from({ length: 1_000 }, (_, i) => link(`${i}`, `${'./'.repeat(1_000)}x`))
  expect(outcome(many)).toMatch('has symlinks with targets of more than 1048576 bytes together')
})

test('follows ten thousand symlinks through others at once', () => {
  const steps = 'd/../'.repeat(19)
  expect(outcome([link('d', 'e'), ...Array.from({ length: 10_000 }, (_, i) => link(`${i}`, `${steps}x`))])).toBe('fine')
})
