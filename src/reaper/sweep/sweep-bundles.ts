import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from '../../platform/clock.ts'
import { userFolderPath } from '../../platform/user-folder.ts'
import { removeFolder } from '../remove-folder.ts'
import type { Sweep } from './sweep.ts'

const MAX_AGE_MS = 7 * 24 * 3600 * 1000
const MAX_BYTES = 256 * 1024 * 1024

/**
 * Removes cached bundles that were neither written nor read for a week, and those used longest ago while all take more than 256 MiB.
 * A clock that was set back makes them younger, so they stay.
 */
export async function sweepBundles(sweep: Sweep): Promise<void> {
  const folder = join(userFolderPath(), 'bundles')
  const files: { readonly path: string; readonly usedAt: number; readonly size: number }[] = []
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const path = join(folder, name)
    const stat = await lstat(path).catch(() => undefined)
    if (stat !== undefined) files.push({ path, usedAt: Math.max(stat.mtimeMs, stat.atimeMs), size: stat.size })
  }
  let total = 0
  for (const { path, usedAt, size } of files.sort((a, b) => b.usedAt - a.usedAt)) {
    total += size
    if (now() - usedAt < MAX_AGE_MS && total <= MAX_BYTES) continue
    await sweep.remove({ backend: 'process', kind: 'bundle', id: path }, () => removeFolder(path))
  }
}
