import { existsSync } from 'node:fs'
import type { ReapReport } from '../../model/reap-report.ts'
import { userFolder, userFolderPath } from '../../platform/user-folder.ts'
import { Sweep, type SweepOptions } from './sweep.ts'
import { sweepBundles } from './sweep-bundles.ts'
import { sweepSessions } from './sweep-sessions.ts'
import { sweepSockets } from './sweep-sockets.ts'

/**
 * Reaps what dead owners left on this machine: processes, folders, sockets of dead watchdogs and bundles that were not used for a week.
 * What belongs to a living session or to another user, and what doesn't carry our marks, is kept.
 * @throws RuntimeError `TEMP_FOLDER_UNUSABLE` if the user's folder exists but can't be trusted
 */
export async function reapStale(options?: SweepOptions): Promise<ReapReport> {
  const sweep = new Sweep(options)
  // A machine without the user's folder has nothing to sweep, and the sweep doesn't create it.
  if (!existsSync(userFolderPath())) return sweep.report
  userFolder()
  await sweepSessions(sweep)
  await sweepSockets(sweep)
  await sweepBundles(sweep)
  return sweep.report
}
