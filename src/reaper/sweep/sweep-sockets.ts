import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startTimeOf } from '../../platform/process-identity.ts'
import { userFolderPath } from '../../platform/user-folder.ts'
import { answers, removeIfDead } from '../watchdog/server/election.ts'
import type { Sweep } from './sweep.ts'

/** Removes the sockets of killed watchdogs of any version. */
export async function sweepSockets(sweep: Sweep): Promise<void> {
  const folder = join(userFolderPath(), 'watchdog')
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const match = /^v\d+(?:\.(\d+))?\.sock/.exec(name)
    if (match === null) continue
    // A candidate in the election looks dead until it listens.
    if (match[1] !== undefined && startTimeOf(Number(match[1])) !== undefined) continue
    const path = join(folder, name)
    if (!(await answers(path))) await sweep.remove({ backend: 'process', kind: 'socket', id: path }, () => removeIfDead(path))
  }
}
