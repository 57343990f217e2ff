import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { currentOwner } from '../../src/model/owner.ts'
import {
  cleanEnv,
  isAlive,
  ownTemp,
  processesIn,
  root,
  socketIn,
  spawnTied,
  startClient,
  userFolderIn,
  WITHIN,
  withoutEngines,
} from './support.ts'

const reap = (temp: string): { removed: { id: string }[]; kept: { id: string }[] } =>
  JSON.parse(
    execFileSync(process.execPath, ['--no-warnings', join(root, 'src/cli/bin.ts'), 'reap', '--json'], {
      encoding: 'utf8',
      env: cleanEnv(temp, withoutEngines),
    }),
  )

/** A process that is not ours, with a group of its own. */
function bystander(): number {
  return spawnTied(['sleep', '60'], { detached: true, stdio: 'ignore' }).pid!
}

test('a sweep removes what an owner left whose pid another process has now, and that process lives', () => {
  const temp = ownTemp()
  const pid = bystander()
  const folder = join(userFolderIn(temp), 'sessions', '00000000000000aa', `${pid}-1`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ ...currentOwner(), pid, startTime: '1' }))
  expect(reap(temp).removed.map(({ id }) => id)).toEqual([folder])
  expect(isAlive(pid)).toBe(true)
})

test('the watchdog ends neither the process that has the pid of an ended runtime now, nor its group', async () => {
  const temp = ownTemp()
  const pid = bystander()
  // This starts the watchdog.
  await startClient(temp, ['idle'])
  const victim = await startClient(temp, ['idle'])
  const socket = connect(socketIn(temp))
  const leader = { pid, startTime: '1', descendants: [{ pid, startTime: '2' }] }
  const hello = { client: 'x', session: '0123456789abcdef', owner: currentOwner(), threadId: 0 }
  socket.write(`HELLO ${JSON.stringify(hello)}\n`)
  socket.write(`REGISTER ${JSON.stringify({ id: 1, resource: { kind: 'process', instanceId: '0'.repeat(32), ...leader } })}\n`)
  await new Promise(resolve => socket.once('data', resolve))
  socket.destroy()
  // The watchdog ends what this client has after it ended the above.
  await victim.kill()
  await vi.waitFor(() => expect(existsSync(victim.report.folder)).toBe(false), WITHIN)
  expect(isAlive(pid)).toBe(true)
})

test.each([-400, 400])('a clock that is off by %s days changes nothing', async days => {
  const temp = ownTemp()
  const clock = `data:text/javascript,const now = Date.now; Date.now = () => now() + ${days * 86_400_000}`
  const living = await startClient(temp, ['idle'], { NODE_OPTIONS: `--import "${clock.replaceAll(' ', '%20')}"` })
  const dead = await startClient(temp, ['stopped', 'setsid'], { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' })
  const time = Date.now() / 1000 + days * 86_400
  for (const { report } of [living, dead])
    for (const path of [report.folder, join(report.folder, 'owner.json')]) utimesSync(path, time, time)
  await dead.kill()
  const { kept } = reap(temp)
  // Either this sweep or the living client's watchdog removes it.
  await vi.waitFor(() => expect(existsSync(dead.report.folder)).toBe(false), WITHIN)
  expect(kept.map(({ id }) => id)).toEqual([living.report.folder])
  expect(processesIn(temp)).toEqual([living.report.instances[0]!.pid])
  await living.kill()
  await vi.waitFor(() => expect(existsSync(living.report.folder)).toBe(false), WITHIN)
})
