import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const swept = 'swept-'

/** In a session's folder, beside its owners': this session has swept what dead ones left on that backend. */
export function sweptFile(backend: string): string {
  return swept + backend
}

/** Removes a session's folder if no owner of it has one in there any more. */
export function removeSessionFolderIfEmpty(path: string): void {
  try {
    const entries = readdirSync(path)
    if (entries.some(entry => !entry.startsWith(swept))) return
    for (const entry of entries) rmSync(join(path, entry), { force: true })
    rmdirSync(path)
  } catch {
    // Gone, or a new owner's folder came in between: either way it is not ours to remove.
  }
}
