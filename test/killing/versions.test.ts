import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { askWatchdog } from '../../src/reaper/watchdog/client/ask.ts'
import { ownTemp, processesIn, root, startClient, statusIn, userFolderIn, watchdogsOf } from './support.ts'

/** These sources as those of a version whose protocol is another. */
function sourcesOf(version: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'lf-version-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['src', 'test/killing', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const address = join(folder, 'src/reaper/watchdog/address.ts')
  const other = readFileSync(address, 'utf8').replace('protocolVersion = 1', `protocolVersion = ${version}`)
  expect(other).not.toBe(readFileSync(join(root, 'src/reaper/watchdog/address.ts'), 'utf8'))
  writeFileSync(address, other)
  return folder
}

test.each([
  ['older', 0],
  ['newer', 2],
])('an %s version has a watchdog of its own beside ours, and each ends only what its own clients left', async (_, version) => {
  const temp = ownTemp()
  const folder = join(userFolderIn(temp), 'watchdog')
  const sources = sourcesOf(version)
  const theirs = await startClient(temp, ['stopped', 'setsid'], {}, { sources })
  const theirSecond = await startClient(temp, ['idle'], {}, { sources })
  const ours = await startClient(temp, ['stopped', 'setsid'])
  expect(watchdogsOf(temp)).toHaveLength(2)
  expect((await statusIn(temp))!.version).toBe(1)
  expect(readdirSync(folder).sort()).toEqual(['v1.log', 'v1.sock', `v${version}.log`, `v${version}.sock`].sort())
  const of = ({ report }: typeof ours) => processesIn(report.folder).length
  const before = of(ours)

  await theirs.kill()
  await vi.waitFor(() => expect(existsSync(theirs.report.folder)).toBe(false), { timeout: 5300, interval: 50 })
  expect(of(theirs)).toBe(0)
  expect([of(ours), of(theirSecond)]).toEqual([before, 1])

  await ours.kill()
  await vi.waitFor(() => expect(existsSync(ours.report.folder)).toBe(false), { timeout: 5300, interval: 50 })
  expect([of(ours), of(theirSecond)]).toEqual([0, 1])
  expect(await askWatchdog(folder)).toMatchObject({ version: 1 })
})
