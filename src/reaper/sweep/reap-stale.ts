import { lstat } from 'node:fs/promises'
import type { ReapReport } from '../../model/reap-report.ts'
import { userFolder, userFolderPath } from '../../platform/user-folder.ts'
import { ReportWriter } from './report.ts'
import { sweepBundles } from './sweep-bundles.ts'
import { sweepSessions } from './sweep-sessions.ts'
import { sweepSockets } from './sweep-sockets.ts'

export interface ReapOptions {
  /** Say what would be removed, and remove nothing. */
  readonly dryRun?: boolean
}

/**
 * Removes what dead owners left on this machine: processes, folders, sockets of dead watchdogs, bundles that nobody used for a week.
 * A living session's, another user's, and whatever doesn't carry our marks is left.
 * @throws RuntimeError `TEMP_FOLDER_UNUSABLE` if the user's folder is there but not trustworthy.
 */
export async function reapStale(options: ReapOptions = {}): Promise<ReapReport> {
  const report = new ReportWriter()
  const dryRun = options.dryRun ?? false
  // Nothing to sweep, then nothing is created either.
  if (!(await exists(userFolderPath()))) return report.finish()
  const folder = userFolder()
  await sweepSessions(folder, report, dryRun)
  await sweepSockets(folder, report, dryRun)
  await sweepBundles(folder, report, dryRun)
  return report.finish()
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
