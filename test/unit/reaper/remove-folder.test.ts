import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userFolder } from '../../../src/platform/user-folder.ts'
import { isOurs, removeFolder } from '../../../src/reaper/remove-folder.ts'
import { asRoot } from '../../support/as-root.ts'

let temp: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'lf-remove-'))
  vi.stubEnv('TMPDIR', temp)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temp, { recursive: true, force: true })
})

test('removes whatever a function left, as an ordinary user', () => {
  const ordinary = process.getuid!() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
  if (ordinary.length > 0) chmodSync(temp, 0o777)
  const [file, ...args] = [...ordinary, process.execPath, '--no-warnings', join(import.meta.dirname, 'fixtures/remove-folder.ts')]
  const outcomes = execFileSync(file!, args, { encoding: 'utf8', env: { PATH: process.env.PATH, TMPDIR: temp } })
  expect(JSON.parse(outcomes)).toEqual({
    'read-only folders': true,
    'folders without permissions': true,
    'paths longer than PATH_MAX': true,
    'names that are no UTF-8': true,
    'a link to a folder outside': true,
    'the folder outside': true,
  })
})

test('removes a link and not its target, and says if there is nothing', async () => {
  const [target, link] = [join(userFolder(), 'target'), join(userFolder(), 'link')]
  mkdirSync(target)
  symlinkSync(target, link)
  expect(await removeFolder(link)).toBe(true)
  expect(existsSync(target)).toBe(true)
  expect(await removeFolder(link)).toBe(false)
})

test("refuses what is not below the user's folder", async () => {
  expect(isOurs(join(userFolder(), 'a'))).toBe(true)
  for (const path of [userFolder(), temp, `${userFolder()}/../x`, 'a', '/']) expect(isOurs(path), path).toBe(false)
  await expect(removeFolder(temp)).rejects.toThrow('not removed')
})

asRoot("says what it can't remove", async () => {
  const folder = join(userFolder(), 'busy')
  mkdirSync(join(folder, 'mounted'), { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', 'none', join(folder, 'mounted')])
  try {
    await expect(removeFolder(folder)).rejects.toThrow(/cannot remove .*mounted.*busy/i)
  } finally {
    execFileSync('umount', [join(folder, 'mounted')])
  }
  expect(await removeFolder(folder)).toBe(true)
})
