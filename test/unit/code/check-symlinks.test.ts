import { describe, expect, test } from 'vitest'
import { checkSymlinks, type PackageRoot } from '../../../src/code/check-symlinks.ts'
import type { PackageEntry } from '../../../src/model/code-package.ts'

const link = (name: string, target: string): PackageEntry => ({ name, type: 'symlink', mode: 0o777, data: Buffer.from(target) })
const file = (name: string): PackageEntry => ({ name, type: 'file', mode: 0o644, data: Buffer.alloc(0) })
const outcome = (entries: readonly PackageEntry[], root: PackageRoot = '/var/task'): Promise<string> =>
  checkSymlinks(entries, root).then(
    () => 'fine',
    (fault: Error & { entry: string }) => `${fault.entry} ${fault.message}`,
  )
/** `first` leads to `last` through this many symlinks. */
const chain = (length: number): PackageEntry[] =>
  Array.from({ length }, (_, i) => link(`${i}`, i === length - 1 ? 'end' : `${i + 1}`))

describe('a symlink is fine', () => {
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
  ])('%s', async ([, entries, root]) => {
    expect(await outcome(entries, root)).toBe('fine')
  })
})

describe('a symlink is refused', () => {
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
    ['by way of one in another case', [link('p/q/d', '../..'), link('l', 'p/q/D/../x')], `l ${stray('p/q/D/../x')}`],
    ['in a circle', [link('a', 'b/x'), link('b', 'a/x')], `a ${circle}`],
    ['to itself', [link('a', 'a')], `a ${circle}`],
    ['through 41', chain(41), `0 ${circle}`],
    ['without a target', [link('l', '')], 'l is a symlink that has no target'],
    ['to a Windows path', [link('l', 'a\\b')], 'l is a symlink that has a target with a NUL or a backslash'],
    ['to a drive', [link('l', 'C:/Windows')], 'l is a symlink that has a target with a drive letter'],
    ['to a path that is too long', [link('l', 'a/'.repeat(2_048))], 'l is a symlink that has a target of more than 4095 bytes'],
    [
      'beside a file of the same name in another case',
      [link('Data', 'x'), file('data')],
      'data has the same name, except for case, as "Data", and one of them is a symlink',
    ],
  ])('%s', async ([, entries, expected, root]) => {
    expect(await outcome(entries, root)).toBe(expected)
  })
})

test('20,000 symlinks of 2,000 steps through one another are checked, and leave others their turn', async () => {
  const steps = 'd/../'.repeat(19)
  const entries = [link('d', 'e'), ...Array.from({ length: 20_000 }, (_, i) => link(`${i}`, `${steps}${'./'.repeat(1_900)}x`))]
  let turns = 0
  let done = false
  const count = (): void => void (++turns && !done && setImmediate(count))
  setImmediate(count)
  await checkSymlinks(entries, '/var/task')
  done = true
  expect(turns).toBeGreaterThan(10)
})
