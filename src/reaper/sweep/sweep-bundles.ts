import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from '../../platform/clock.ts'
import { removeFolder } from '../remove-folder.ts'
import type { ReportWriter } from './report.ts'

const week = 7 * 24 * 3600 * 1000

/** Sweeps cached bundles that were neither written nor read for a week. By a clock that was set back they are younger, and stay. */
export async function sweepBundles(userFolder: string, report: ReportWriter, dryRun: boolean): Promise<void> {
  const folder = join(userFolder, 'bundles')
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const path = join(folder, name)
    const stat = await lstat(path).catch(() => undefined)
    if (stat === undefined || now() - Math.max(stat.mtimeMs, stat.atimeMs) < week) continue
    const resource = { backend: 'process', kind: 'bundle', id: path }
    if (dryRun) report.removed(resource)
    else await report.attempt(resource, () => removeFolder(path))
  }
}
