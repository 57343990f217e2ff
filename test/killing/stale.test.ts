import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { MachineReport } from '../../src/cli/reap.ts'
import { currentOwner } from '../../src/model/owner.ts'
import type { ReapReport } from '../../src/model/reap-report.ts'
import { cleanEnv, ownTemp, processesIn, root, startClient, userFolderIn, watchdogsOf, withoutEngines } from './support.ts'

const disabled = { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' }

function reap(temp: string, ...flags: string[]): ReapReport {
  const { removed, left } = reapMachine(temp, ...flags)
  return { removed, left }
}

function reapMachine(temp: string, ...flags: string[]): MachineReport {
  const args = ['--no-warnings', join(root, 'src/cli/bin.ts'), 'reap', '--json', ...flags]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env: cleanEnv(temp, withoutEngines) }))
}

const kinds = (list: readonly { kind: string }[]): string[] => list.map(({ kind }) => kind).sort()

test('what a killed worker left without a watchdog is swept, and a living one keeps its own', async () => {
  const temp = ownTemp()
  const living = await startClient(temp, ['idle'], disabled)
  const dead = await startClient(temp, ['busy', 'stopped', 'setsid'], disabled)
  await dead.kill()
  const left = processesIn(dead.report.folder)
  expect(left.length).toBeGreaterThan(2)

  const would = reap(temp, '--dry-run')
  expect(processesIn(dead.report.folder)).toEqual(left)
  expect(existsSync(dead.report.folder)).toBe(true)

  const report = reap(temp)
  expect(report).toEqual(would)
  // The setsid process is a group of its own.
  expect(kinds(report.removed)).toEqual(['folder', 'process group', 'process group', 'process group', 'process group'])
  expect(report.removed.every(({ session }) => session === dead.report.session)).toBe(true)
  expect(report.left).toEqual([
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

test('a watchdog that was killed together with its client leaves a socket, which is swept', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['idle'])
  // Stopped first, so that it can't start another one.
  client.child.kill('SIGSTOP')
  for (const pid of watchdogsOf(temp)) process.kill(pid, 'SIGKILL')
  await client.kill()
  await vi.waitFor(() => expect(watchdogsOf(temp)).toEqual([]))
  expect(kinds(reap(temp).removed)).toEqual(['folder', 'process group', 'socket'])
  expect(processesIn(temp)).toEqual([])
  expect(reap(temp)).toEqual({ removed: [], left: [] })
})

test('sockets that somebody listens on stay, of any version, and so do candidates', async () => {
  const temp = ownTemp()
  const folder = join(userFolderIn(temp), 'watchdog')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = createServer().listen(join(folder, 'v7.sock'))
  await new Promise(resolve => server.once('listening', resolve))
  writeFileSync(join(folder, `v1.${process.pid}.sock`), '')
  writeFileSync(join(folder, 'v1.2147483647.sock'), '')
  expect(kinds(reap(temp).removed)).toEqual(['socket'])
  expect(readdirSync(folder).sort()).toEqual([`v1.${process.pid}.sock`, 'v7.sock'])
  server.close()
})

test('owners are judged by boot and start time; those of other machines and containers are left', () => {
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
  expect(report.left.map(({ session, reason }) => [session, reason.replace(/\d{3,}|\(.*\)/g, 'N')])).toEqual([
    ['0000000000000001', 'its owner, process N, is running'],
    ['0000000000000004', "its owner, process N on elsewhere, can't be seen from here N"],
    ['0000000000000005', expect.stringContaining("can't be seen from here")],
    ['0000000000000006', 'it is being made'],
  ])
})

test('bundles that nobody used for a week are swept; those of a clock that was set back are not', () => {
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

test('nothing is created where nothing was', () => {
  const temp = ownTemp()
  expect(reap(temp)).toEqual({ removed: [], left: [] })
  expect(readdirSync(temp)).toEqual([])
})
