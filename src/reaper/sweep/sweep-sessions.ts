import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { currentOwner, type Owner, reasonToKeep } from '../../model/owner.ts'
import { now } from '../../platform/clock.ts'
import { endInstance, readSurvivors } from '../end-instance.ts'
import { isNode } from '../find-runner.ts'
import { findProcesses } from '../processes/find-processes.ts'
import { removeFolder } from '../remove-folder.ts'
import {
  instanceFolders,
  type OwnerFolder,
  ownerFolders,
  removeSessionFolder,
  sessionsOnDisk,
  sessionsPath,
} from '../session-folder.ts'
import type { Sweep } from './sweep.ts'

/** An owner writes `owner.json` microseconds after it has created its folder. A minute allows for a machine that was suspended in between. */
const CREATION_MS = 60_000

/**
 * Ends the processes and removes the folders of dead owners on this machine.
 * @param isTaken whether somebody else cleans up an owner's folder
 */
export async function sweepSessions(sweep: Sweep, isTaken: (folder: string) => boolean = () => false): Promise<void> {
  for (const session of sessionsOnDisk()) {
    for (const folder of ownerFolders(session)) if (!isTaken(folder.path)) await sweepOwner(folder, session, sweep)
    await sweepStrays(session, sweep, isTaken)
    if (!sweep.dryRun) removeSessionFolder(join(sessionsPath(), session))
  }
}

async function sweepOwner(folder: OwnerFolder, session: string, sweep: Sweep): Promise<void> {
  const resource = { backend: 'process', kind: 'folder', id: folder.path, session }
  const reason = whyToKeep(folder)
  if (reason !== undefined) return sweep.keep(resource, reason)
  let survivors = 0
  for (const { instanceId, path } of instanceFolders(folder.path))
    survivors += await sweepInstance(instanceId, session, sweep, path)
  if (survivors === 0) await sweep.remove(resource, () => removeFolder(folder.path))
  else sweep.failed(resource, 'processes of its instances could not be ended')
}

/** Ends instances of a session that have no folder any more, if their owner is dead. */
async function sweepStrays(session: string, sweep: Sweep, isTaken: (folder: string) => boolean): Promise<void> {
  const hasLivingOwner = (): boolean =>
    ownerFolders(session).some(folder => isTaken(folder.path) || whyToKeep(folder) !== undefined)
  if (hasLivingOwner()) return
  const strays = findStrays(session)
  // An owner creates its folder before it starts a process. One that has come since the first look has a folder by now.
  if (hasLivingOwner()) return
  for (const instanceId of strays) await sweepInstance(instanceId, session, sweep)
}

/** The ids of a session's instances, except for those with a process whose parent runs Node, which may be their living owner. */
function findStrays(session: string): Set<string> {
  const found = findProcesses({ sessionId: session })
  const pids = new Set(found.map(({ pid }) => pid))
  const owned = new Set(found.filter(({ parent }) => !pids.has(parent) && isNode(parent)).map(({ instanceId }) => instanceId))
  return new Set(found.flatMap(({ instanceId }) => (instanceId === undefined || owned.has(instanceId) ? [] : instanceId)))
}

/** Returns how many processes could not be ended. */
async function sweepInstance(instanceId: string, session: string, sweep: Sweep, folder?: string): Promise<number> {
  const traces = folder === undefined ? {} : { folder }
  const { ended, survivors } = sweep.dryRun
    ? { ended: findProcesses({ instanceId }, { ...traces, remembered: readSurvivors(folder ?? '') }), survivors: [] }
    : await endInstance(instanceId, traces)
  for (const group of new Set(ended.map(({ group }) => group)))
    sweep.removed({ backend: 'process', kind: 'process group', id: String(group), session })
  for (const { pid, reason } of survivors) sweep.failed({ backend: 'process', kind: 'process', id: String(pid), session }, reason)
  return survivors.length
}

function whyToKeep(folder: OwnerFolder): string | undefined {
  const owner = readOwner(folder)
  if (owner !== undefined) return reasonToKeep(owner)
  const created = statSync(folder.path, { throwIfNoEntry: false })?.ctimeMs
  if (created !== undefined && Math.abs(now() - created) < CREATION_MS) return 'it is being created'
  // The owner ended before it wrote the file. The name is enough: it ran on this machine, and no boot repeats a pid with its start time.
  return reasonToKeep({ ...currentOwner(), pid: folder.pid, startTime: folder.startTime })
}

/** `undefined` if the file is missing or damaged. */
function readOwner({ path, pid, startTime }: OwnerFolder): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as Owner
    return owner.pid === pid && owner.startTime === startTime && owner.boot && owner.host ? owner : undefined
  } catch {
    return undefined
  }
}
