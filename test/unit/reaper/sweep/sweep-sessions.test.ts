import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { logStreamName } from '../../../../src/emulator/environment/environment-variables.ts'
import { currentOwner, type Owner } from '../../../../src/model/owner.ts'
import type { ReapReport } from '../../../../src/model/reap-report.ts'
import { startTimeOf } from '../../../../src/platform/process-identity.ts'
import { createInstanceFolder, createOwnerFolder } from '../../../../src/reaper/session-folder.ts'
import { Sweep } from '../../../../src/reaper/sweep/sweep.ts'
import { sweepSessions } from '../../../../src/reaper/sweep/sweep-sessions.ts'
import { asRoot } from '../../../support/as-root.ts'

const dead: Owner = { ...currentOwner(), pid: 2 ** 22 - 1, startTime: '1' }

let temp: string
let session: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'lf-sweep-'))
  vi.stubEnv('TMPDIR', temp)
  session = randomBytes(8).toString('hex')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temp, { recursive: true, force: true })
})

const newId = (): string => session + randomBytes(8).toString('hex')
const environment = (instanceId: string) => ({ PATH: process.env.PATH, AWS_LAMBDA_LOG_STREAM_NAME: logStreamName(instanceId) })

/** A process of an instance, started by this process as by its owner. */
function startRuntime(instanceId: string): number {
  const child = spawn('sleep', ['60'], { detached: true, env: environment(instanceId), stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid!
}

/** A process of an instance whose owner is dead. */
async function startOrphan(instanceId: string): Promise<number> {
  const starter = spawn('sh', ['-c', 'setsid sleep 60 & echo $!'], {
    env: environment(instanceId),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [chunk] = (await once(starter.stdout, 'data')) as [Buffer]
  const pid = Number(String(chunk))
  onTestFinished(() => void spawnSync('kill', ['-9', String(pid)]))
  return pid
}

const isRunning = (pid: number): boolean => startTimeOf(pid) !== undefined

test("a dead owner's processes end, whether their instance's folder exists or not, and its folder is removed", async () => {
  const folder = createOwnerFolder(session, dead, 0)
  const ids = [newId(), newId()] as const
  createInstanceFolder(folder, ids[0])
  const pids = await Promise.all(ids.map(startOrphan))
  const sweep = new Sweep()
  await sweepSessions(sweep)
  expect(pids.map(isRunning)).toEqual([false, false])
  expect(existsSync(folder)).toBe(false)
  expect(sweep.report.removed.map(({ kind }) => kind).sort()).toEqual(['folder', 'process group', 'process group'])
})

test('a function that a living worker of the session launches during the sweep goes on', async () => {
  createOwnerFolder(session, dead, 0)
  let living: number | undefined
  await sweepSessions(new Sweep(), () => {
    // The list of owners is made by now, and this owner is not in it.
    const folder = createOwnerFolder(session, currentOwner(), 0)
    const id = newId()
    createInstanceFolder(folder, id)
    living ??= startRuntime(id)
    return false
  })
  expect(isRunning(living!)).toBe(true)
})

test('a function of a living process goes on, even if all folders that show its owner are gone', async () => {
  const pid = startRuntime(newId())
  createOwnerFolder(session, dead, 0)
  const sweep = new Sweep()
  await sweepSessions(sweep)
  expect(isRunning(pid)).toBe(true)
  expect(sweep.report.removed.map(({ kind }) => kind)).toEqual(['folder'])
})

test('owners that live, that can not be seen from here, and that are being created are kept, and so are folders that are taken', async () => {
  const owners: Owner[] = [
    currentOwner(),
    { ...dead, host: `${dead.host}.4026531999` },
    { ...dead, boot: 'b', host: 'elsewhere' },
  ]
  const folders = owners.map((owner, threadId) => createOwnerFolder(session, owner, threadId))
  const taken = createOwnerFolder(session, dead, 7)
  const unfinished = createOwnerFolder(session, dead, 8)
  rmSync(join(unfinished, 'owner.json'))
  const damaged = createOwnerFolder(session, dead, 9)
  writeFileSync(join(damaged, 'owner.json'), '{')
  const sweep = new Sweep()
  await sweepSessions(sweep, path => path === taken)
  for (const folder of [...folders, taken, unfinished, damaged]) expect(existsSync(folder), folder).toBe(true)
  expect(sweep.report.removed).toEqual([])
  expect(sweep.report.kept.map(({ reason }) => reason.replace(/\d{3,}|\(.*\)/g, 'N'))).toEqual(
    expect.arrayContaining([
      'its owner, process N, is running',
      expect.stringContaining("can't be seen from here"),
      "its owner, process N on elsewhere, can't be seen from here N",
      'it is being created',
    ]),
  )
})

asRoot("what can't be ended is reported by its pid and reason, in each sweep, until it ends", async () => {
  chmodSync(temp, 0o777)
  // As another user, this process can't be killed, and its environment can't be read.
  const survivor = startRuntime(newId())
  const sweepAs = (uid: number): ReapReport => {
    const program = [process.execPath, '--no-warnings', join(import.meta.dirname, 'fixtures/sweep-survivor.ts')]
    const args = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...program, session, String(survivor)]
    const env = { PATH: process.env.PATH, TMPDIR: temp }
    return JSON.parse(execFileSync('setpriv', args, { encoding: 'utf8', env }))
  }
  const failed = [
    { backend: 'process', kind: 'process', id: String(survivor), session, reason: 'it belongs to another user' },
    expect.objectContaining({ kind: 'folder', reason: 'processes of its instances could not be ended' }),
  ]
  expect(sweepAs(65534)).toEqual({ removed: [], kept: [], failed })
  expect(sweepAs(65534)).toEqual({ removed: [], kept: [], failed })
  process.kill(survivor, 'SIGKILL')
  await vi.waitFor(() => expect(isRunning(survivor)).toBe(false))
  expect(sweepAs(65534)).toEqual({ removed: [expect.objectContaining({ kind: 'folder' })], kept: [], failed: [] })
})
