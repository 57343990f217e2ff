import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** In a session's folder, beside its owners': this session has swept. */
export const sweptFile = 'swept'

/** Removes a session's folder if no owner of it has one in there any more. */
export function removeSessionFolderIfEmpty(path: string): void {
  try {
    const entries = readdirSync(path)
    if (entries.some(entry => entry !== sweptFile)) return
    rmSync(join(path, sweptFile), { force: true })
    rmdirSync(path)
  } catch {
    // Gone, or a new owner's folder came in between: either way it is not ours to remove.
  }
}
