import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { currentOwner, type Owner, reasonToKeep } from '../../model/owner.ts'
import { now } from '../../platform/clock.ts'
import { endProcesses } from '../processes/end-processes.ts'
import { findProcesses, type Traces, type Whose } from '../processes/find-processes.ts'
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

/** An owner writes `owner.json` microseconds after it has created its folder. A minute allows for a machine that was suspended between the two. */
const CREATION_MS = 60_000

/**
 * Ends the processes and removes the folders of dead owners on this machine.
 * @param isTaken whether somebody else cleans up an owner's folder
 */
export async function sweepSessions(sweep: Sweep, isTaken: (folder: string) => boolean = () => false): Promise<void> {
  for (const session of sessionsOnDisk()) {
    const owners = ownerFolders(session)
    let allDead = owners.length > 0
    for (const owner of owners) {
      const isDead = !isTaken(owner.path) && (await sweepOwner(owner, session, sweep))
      allDead &&= isDead
    }
    // Processes whose instance's folder is gone carry a marker that begins with the session's id.
    if (allDead) await sweepProcesses({ sessionId: session }, {}, session, sweep)
    if (!sweep.dryRun) removeSessionFolder(join(sessionsPath(), session))
  }
}

/** Returns whether the owner is dead. */
async function sweepOwner(folder: OwnerFolder, session: string, sweep: Sweep): Promise<boolean> {
  const resource = { backend: 'process', kind: 'folder', id: folder.path, session }
  const reason = whyToKeep(folder)
  if (reason !== undefined) {
    sweep.keep(resource, reason)
    return false
  }
  for (const { instanceId, path } of instanceFolders(folder.path)) {
    await sweepProcesses({ instanceId }, { folder: path }, session, sweep)
  }
  await sweep.remove(resource, () => removeFolder(folder.path))
  return true
}

async function sweepProcesses(whose: Whose, traces: Traces, session: string, sweep: Sweep): Promise<void> {
  const found = sweep.dryRun ? findProcesses(whose, traces) : await endProcesses(whose, traces)
  for (const group of new Set(found.map(({ group }) => group)))
    sweep.removed({ backend: 'process', kind: 'process group', id: String(group), session })
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
