import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** How files begin that lie beside the owners' folders in a session's, and keep it from nothing. */
export const once = 'once-'

/** Removes a session's folder if no owner of it has one in there any more. */
export function removeSessionFolderIfEmpty(path: string): void {
  try {
    const entries = readdirSync(path)
    if (entries.some(entry => !entry.startsWith(once))) return
    for (const entry of entries) rmSync(join(path, entry), { force: true })
    rmdirSync(path)
  } catch {
    // Gone, or a new owner's folder came in between: either way it is not ours to remove.
  }
}
