import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startTimeOf } from '../../platform/process-identity.ts'
import { answers, removeIfDead } from '../watchdog/server/election.ts'
import type { ReportWriter } from './report.ts'

/** Sweeps the sockets of watchdogs that were killed, of any version. */
export async function sweepSockets(userFolder: string, report: ReportWriter, dryRun: boolean): Promise<void> {
  const folder = join(userFolder, 'watchdog')
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const match = /^v\d+(?:\.(\d+))?\.sock/.exec(name)
    if (match === null) continue
    // A candidate's: in the moment before it listens it would look dead.
    if (match[1] !== undefined && startTimeOf(Number(match[1])) !== undefined) continue
    const path = join(folder, name)
    if (await answers(path)) continue
    const resource = { backend: 'process', kind: 'socket', id: path }
    if (dryRun) report.removed(resource)
    else if (await removeIfDead(path)) report.removed(resource)
  }
}
