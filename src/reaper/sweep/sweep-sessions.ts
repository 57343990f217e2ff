import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { currentOwner, type Owner, ownerState } from '../../model/owner.ts'
import { now } from '../../platform/clock.ts'
import { reasonToLeave } from '../labels.ts'
import { endProcesses } from '../processes/end-processes.ts'
import { type FoundProcess, findProcesses, type Traces, type Whose } from '../processes/find-processes.ts'
import { removeFolder } from '../remove-folder.ts'
import { removeSessionFolderIfEmpty } from '../session-folder.ts'
import type { ReportWriter } from './report.ts'

/** Between a folder's creation and its `owner.json` lie microseconds; a minute is also enough for a machine that was suspended then. */
const beingMade = 60_000

/**
 * Sweeps `sessions/<session>/<owner>` of owners that are dead, and their processes.
 * @param isTaken whether somebody else sees to an owner's folder
 */
export async function sweepSessions(
  userFolder: string,
  report: ReportWriter,
  dryRun: boolean,
  isTaken: (folder: string) => boolean = () => false,
): Promise<void> {
  const sessions = join(userFolder, 'sessions')
  for (const session of await names(sessions)) {
    if (!/^[0-9a-f]{16}$/.test(session)) continue
    const path = join(sessions, session)
    const owners = await names(path)
    let allDead = owners.length > 0
    for (const name of owners) {
      const isDead = !isTaken(join(path, name)) && (await sweepOwner(path, session, name, report, dryRun))
      allDead &&= isDead
    }
    // Also what was registered but got no folder yet: its marker begins with the session's id.
    if (allDead) await sweepProcesses({ sessionId: session }, {}, session, report, dryRun)
    if (!dryRun) removeSessionFolderIfEmpty(path)
  }
}

/** Returns whether the owner is dead. */
async function sweepOwner(
  sessionFolder: string,
  session: string,
  name: string,
  report: ReportWriter,
  dryRun: boolean,
): Promise<boolean> {
  const path = join(sessionFolder, name)
  const owner = await readOwner(path, name)
  if (owner === undefined) return true
  const resource = { backend: 'process', kind: 'folder', id: path, session }
  if (owner === 'being made') {
    report.left(resource, 'it is being made')
    return false
  }
  const state = ownerState(owner)
  if (state !== 'dead') {
    report.left(resource, reasonToLeave(owner, state))
    return false
  }
  for (const instanceId of await names(join(path, 'instances'))) {
    const folder = join(path, 'instances', instanceId)
    if (/^[0-9a-f]{32}$/.test(instanceId)) await sweepProcesses({ instanceId }, { folder }, session, report, dryRun)
  }
  if (dryRun) report.removed(resource)
  else await report.attempt(resource, () => removeFolder(path))
  return true
}

async function sweepProcesses(
  whose: Whose,
  traces: Traces,
  session: string,
  report: ReportWriter,
  dryRun: boolean,
): Promise<void> {
  const found: FoundProcess[] = dryRun ? findProcesses(whose, traces) : await endProcesses(whose, traces)
  const groups = new Set(found.map(({ group }) => group))
  for (const group of groups) report.removed({ backend: 'process', kind: 'process group', id: String(group), session })
}

async function readOwner(path: string, name: string): Promise<Owner | 'being made' | undefined> {
  const match = /^(\d+)-(\d+)(?:-\d+)?$/.exec(name)
  if (match === null) return undefined
  try {
    const read = JSON.parse(await readFile(join(path, 'owner.json'), 'utf8')) as Owner
    if (read.pid === Number(match[1]) && read.startTime === match[2] && read.boot && read.host) return read
    throw new Error('damaged')
  } catch {
    const made = await stat(path).catch(() => undefined)
    if (made === undefined) return undefined
    if (Math.abs(now() - made.ctimeMs) < beingMade) return 'being made'
    // Cut off before it was written: the name says enough, because it was this machine and no boot repeats pid and start time.
    return { ...currentOwner(), pid: Number(match[1]), startTime: match[2]! }
  }
}

/** The entries of a folder, none if it isn't there. */
async function names(path: string): Promise<string[]> {
  return readdir(path).catch(() => [])
}
