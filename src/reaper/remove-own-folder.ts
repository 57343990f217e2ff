import { rmdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { currentSession } from './session.ts'
import { removeSessionFolderIfEmpty } from './session-folder.ts'

/**
 * A thread that has ended everything leaves no folder, with or without a watchdog: runners kill their workers, so it can't wait for
 * the thread's end. It is made again when it is needed again. Only empty folders go: another realm of this thread may still use them.
 */
export function removeOwnFolder(): void {
  const folder = currentSession().existingFolder
  if (folder === undefined) return
  try {
    rmdirSync(`${folder}/instances`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return
  }
  rmSync(folder, { recursive: true, force: true })
  removeSessionFolderIfEmpty(dirname(folder))
}
