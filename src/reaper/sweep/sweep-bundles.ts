import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from '../../platform/clock.ts'
import { userFolderPath } from '../../platform/user-folder.ts'
import { removeFolder } from '../remove-folder.ts'
import type { Sweep } from './sweep.ts'

const WEEK_MS = 7 * 24 * 3600 * 1000

/** Removes cached bundles that were neither written nor read for a week. A clock that was set back makes them younger, so they stay. */
export async function sweepBundles(sweep: Sweep): Promise<void> {
  const folder = join(userFolderPath(), 'bundles')
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const path = join(folder, name)
    const stat = await lstat(path).catch(() => undefined)
    if (stat === undefined || now() - Math.max(stat.mtimeMs, stat.atimeMs) < WEEK_MS) continue
    await sweep.remove({ backend: 'process', kind: 'bundle', id: path }, () => removeFolder(path))
  }
}
