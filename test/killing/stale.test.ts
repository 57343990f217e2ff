import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { currentOwner } from '../../src/model/owner.ts'
import type { ReapReport } from '../../src/model/reap-report.ts'
import {
  cleanEnv,
  ownTemp,
  processesIn,
  root,
  startClient,
  userFolderIn,
  watchdogFolderIn,
  watchdogsOf,
  withoutEngines,
} from './support.ts'

const DISABLED = { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' }

interface Reaped extends ReapReport {
  readonly wouldRemove?: ReapReport['removed']
}

function reap(temp: string, ...flags: string[]): Reaped {
  const args = ['--no-warnings', join(root, 'src/cli/bin.ts'), 'reap', '--json', ...flags]
  const { skipped: _, ...report } = JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8', env: cleanEnv(temp, withoutEngines) }),
  )
  return report
}

const kinds = (list: readonly { kind: string }[]): string[] => list.map(({ kind }) => kind).sort()

test('a sweep removes what a killed worker left without a watchdog, and keeps what a living one has', async () => {
  const temp = ownTemp()
  const living = await startClient(temp, ['idle'], DISABLED)
  const dead = await startClient(temp, ['busy', 'stopped', 'setsid'], DISABLED)
  await dead.kill()
  const left = processesIn(dead.report.folder)
  expect(left.length).toBeGreaterThan(2)

  const would = reap(temp, '--dry-run')
  expect(processesIn(dead.report.folder)).toEqual(left)
  expect(existsSync(dead.report.folder)).toBe(true)

  const report = reap(temp)
  const { removed, ...rest } = report
  expect(would).toEqual({ wouldRemove: removed, ...rest })
  // The setsid process has a group of its own.
  expect(kinds(report.removed)).toEqual(['folder', 'process group', 'process group', 'process group', 'process group'])
  expect(report.removed.every(({ session }) => session === dead.report.session)).toBe(true)
  expect(report.kept).toEqual([
    {
      backend: 'process',
      kind: 'folder',
      id: living.report.folder,
      session: living.report.session,
      reason: `its owner, process ${living.child.pid}, is running`,
    },
  ])
  expect(processesIn(temp)).toEqual([living.report.instances[0]!.pid])
  expect(readdirSync(join(userFolderIn(temp), 'sessions'))).toEqual([living.report.session])
})

test('a sweep removes the socket of a watchdog that was killed together with its client', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['idle'])
  // A stopped client can't start another watchdog.
  client.child.kill('SIGSTOP')
  for (const pid of watchdogsOf(temp)) process.kill(pid, 'SIGKILL')
  await client.kill()
  await vi.waitFor(() => expect(watchdogsOf(temp)).toEqual([]))
  expect(kinds(reap(temp).removed)).toEqual(['folder', 'process group', 'socket'])
  expect(processesIn(temp)).toEqual([])
  expect(reap(temp)).toEqual({ removed: [], kept: [], failed: [] })
})

test('a sweep keeps the sockets of watchdogs of any version, and of candidates', async () => {
  const temp = ownTemp()
  const folder = watchdogFolderIn(temp)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = createServer().listen(join(folder, 'v7.sock'))
  await new Promise(resolve => server.once('listening', resolve))
  writeFileSync(join(folder, `v1.${process.pid}.sock`), '')
  writeFileSync(join(folder, 'v1.2147483647.sock'), '')
  expect(kinds(reap(temp).removed)).toEqual(['socket'])
  expect(readdirSync(folder).sort()).toEqual([`v1.${process.pid}.sock`, 'v7.sock'])
  server.close()
})

test('a sweep judges owners by boot and start time, and keeps what other machines and containers have', () => {
  const temp = ownTemp()
  const here = currentOwner()
  const owners = {
    '0000000000000001': { ...here },
    '0000000000000002': { ...here, startTime: '1' },
    '0000000000000003': { ...here, boot: 'the one before' },
    '0000000000000004': { ...here, boot: 'another', host: 'elsewhere' },
    '0000000000000005': { ...here, host: `${here.host}.4026531999`, startTime: '1' },
  }
  for (const [session, owner] of Object.entries(owners)) {
    const folder = join(userFolderIn(temp), 'sessions', session, `${owner.pid}-${owner.startTime}`)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner))
  }
  const fresh = join(userFolderIn(temp), 'sessions', '0000000000000006', '1-1')
  mkdirSync(fresh, { recursive: true })
  const report = reap(temp)
  expect(report.removed.map(({ session }) => session)).toEqual(['0000000000000002', '0000000000000003'])
  expect(report.kept.map(({ session, reason }) => [session, reason.replace(/\d{3,}|\(.*\)/g, 'N')])).toEqual([
    ['0000000000000001', 'its owner, process N, is running'],
    ['0000000000000004', "its owner, process N on elsewhere, can't be seen from here N"],
    ['0000000000000005', expect.stringContaining("can't be seen from here")],
    ['0000000000000006', 'it is being created'],
  ])
})

test('a sweep removes bundles that were not used for a week, and keeps those from the future of a clock that was set back', () => {
  const temp = ownTemp()
  const folder = join(userFolderIn(temp), 'bundles')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const day = 24 * 3600
  for (const [name, age] of [
    ['old', 8],
    ['used', 6],
    ['future', -30],
  ] as const) {
    const path = join(folder, name)
    writeFileSync(path, '')
    utimesSync(path, Date.now() / 1000 - age * day, Date.now() / 1000 - age * day)
  }
  expect(kinds(reap(temp).removed)).toEqual(['bundle'])
  expect(readdirSync(folder).sort()).toEqual(['future', 'used'])
})

test('a sweep creates nothing on a machine that has nothing', () => {
  const temp = ownTemp()
  expect(reap(temp)).toEqual({ removed: [], kept: [], failed: [] })
  expect(readdirSync(temp)).toEqual([])
})
