import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { PROTOCOL_VERSION } from '../../src/reaper/watchdog/protocol.ts'
import { ownTemp, processesIn, root, startClient, statusIn, WITHIN, watchdogFolderIn, watchdogsOf } from './support.ts'

/** A copy of these sources with another version of the protocol. */
function sourcesOf(version: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'lf-version-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['src', 'test/killing', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const protocol = join(folder, 'src/reaper/watchdog/protocol.ts')
  const ours = readFileSync(protocol, 'utf8')
  const theirs = ours.replace(`PROTOCOL_VERSION = ${PROTOCOL_VERSION}`, `PROTOCOL_VERSION = ${version}`)
  expect(theirs).not.toBe(ours)
  writeFileSync(protocol, theirs)
  return folder
}

test.each([
  ['older', PROTOCOL_VERSION - 1],
  ['newer', PROTOCOL_VERSION + 1],
])('the %s version has its own watchdog beside ours, and each ends only what its own clients left', async (_, version) => {
  const temp = ownTemp()
  const folder = watchdogFolderIn(temp)
  const sources = sourcesOf(version)
  const theirs = await startClient(temp, ['stopped', 'setsid'], {}, { sources })
  const theirSecond = await startClient(temp, ['idle'], {}, { sources })
  const ours = await startClient(temp, ['stopped', 'setsid'])
  expect(watchdogsOf(temp)).toHaveLength(2)
  expect((await statusIn(temp))!.version).toBe(PROTOCOL_VERSION)
  expect(readdirSync(folder).sort()).toEqual(
    [PROTOCOL_VERSION, version].flatMap(each => [`v${each}.log`, `v${each}.sock`]).sort(),
  )
  const of = ({ report }: typeof ours) => processesIn(report.folder).length
  const before = of(ours)

  await theirs.kill()
  await vi.waitFor(() => expect(existsSync(theirs.report.folder)).toBe(false), WITHIN)
  expect(of(theirs)).toBe(0)
  expect([of(ours), of(theirSecond)]).toEqual([before, 1])

  await ours.kill()
  await vi.waitFor(() => expect(existsSync(ours.report.folder)).toBe(false), WITHIN)
  expect([of(ours), of(theirSecond)]).toEqual([0, 1])
  expect(await statusIn(temp)).toMatchObject({ version: PROTOCOL_VERSION })
})
